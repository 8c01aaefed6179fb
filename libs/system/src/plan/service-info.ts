/** What services say of themselves when they are ready, read with care: it is another program's. */
import type { ReadyInfo } from '../supervise/service-spec.ts';
import { BROKER } from './plan.ts';
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
  return notes;
}

/** The port a service listens on. */
export function portOf(info: Info | undefined): number | undefined {
  if (typeof info?.port === 'number') return info.port;
  return typeof info?.url === 'string' && URL.canParse(info.url)
    ? Number(new URL(info.url).port)
    : undefined;
}
