/** The file in which Prometheus finds the services of a running system (file_sd). */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadyInfo } from './service-spec.ts';

export const targetsPath = (runDir: string): string => join(runDir, 'prometheus-targets.json');

/** Writes the file in one step; its name ends as Prometheus wants it. */
export function writePrometheusTargets(
  runDir: string,
  parts: { ready: ReadyInfo; supervisorUrl: string | undefined },
): void {
  const groups = [['supervisor', parts.supervisorUrl] as const, ...urlsOf(parts.ready)].flatMap(
    ([service, url]) =>
      url === undefined ? [] : [{ targets: [new URL(url).host], labels: { service } }],
  );
  const path = targetsPath(runDir);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(groups, undefined, 2)}\n`, { mode: 0o640 });
  renameSync(`${path}.tmp`, path);
}

function urlsOf(ready: ReadyInfo): (readonly [string, string | undefined])[] {
  return [...ready].map(([service, info]) => [service, operationsUrl(info)] as const);
}

/** Where a service can be scraped, by what it said of itself. */
export function operationsUrl(info: Readonly<Record<string, unknown>>): string | undefined {
  const { ops } = info;
  if (typeof ops !== 'object' || ops === null || !('url' in ops)) return undefined;
  return typeof ops.url === 'string' && URL.canParse(ops.url) ? ops.url : undefined;
}
