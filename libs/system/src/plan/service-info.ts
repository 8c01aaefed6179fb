/** What services say of themselves when they are ready, read with care: it is another program's. */
import { readFileSync } from 'node:fs';
import type { ReadyInfo } from '../supervise/service-spec.ts';
import { API, BROKER } from './plan.ts';
import type { UpOptions } from '../config/up-options.ts';
import { simulatorName } from './vendors.ts';

type Info = Readonly<Record<string, unknown>>;

/** Sentences about ports that were busy, so that the service took the next free one. */
export function movedPortNotes(ready: ReadyInfo, options: UpOptions): string[] {
  const notes: string[] = [];
  const compare = (service: string, wanted: number, actual: number | undefined): void => {
    if (actual === undefined || wanted === 0 || actual === wanted) return;
    notes.push(`Port ${wanted} is busy: ${service} uses ${actual}.`);
  };
  compare(BROKER, options.busPort, portOf(ready.get(BROKER)));
  for (const service of options.vendors.map(simulatorName)) {
    compare(service, options.simulatorPort, portOf(ready.get(service)));
  }
  if (options.apiEnabled) compare(API, options.apiPort, portOf(ready.get(API)));
  return notes;
}

/**
 * The address of the page with the key that opens it, behind `#`, which browsers keep to
 * themselves;
 * without the key when it is not in a file of ours. `undefined` when no api runs.
 */
export function pageAddress(ready: ReadyInfo): string | undefined {
  const info = ready.get(API);
  if (typeof info?.url !== 'string') return undefined;
  const key = firstKeyOf(info.keysFile);
  return key === undefined ? `${info.url}/` : `${info.url}/#key=${encodeURIComponent(key)}`;
}

function firstKeyOf(path: unknown): string | undefined {
  if (typeof path !== 'string') return undefined;
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as { keys?: { key?: unknown }[] };
    const key = file.keys?.[0]?.key;
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined; // the api says itself what is wrong with the file
  }
}

/** The port a service listens on. */
export function portOf(info: Info | undefined): number | undefined {
  if (typeof info?.port === 'number') return info.port;
  return typeof info?.url === 'string' && URL.canParse(info.url)
    ? Number(new URL(info.url).port)
    : undefined;
}
