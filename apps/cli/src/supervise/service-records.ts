/** The records of services in the run directory, believed only as far as they make sense. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceRecord } from '@tickwire/io-service';

type RecordedIdentity = Pick<ServiceRecord, 'service' | 'pid' | 'startTicks' | 'info'>;

/** Every readable record, of the living and the dead; whether one lives is for others to ask. */
export function readServiceRecords(runDir: string): RecordedIdentity[] {
  return listFiles(runDir)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readRecord(join(runDir, name)) ?? []);
}

function readRecord(path: string): RecordedIdentity | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // being written, or not ours
  }
}

function isRecord(value: unknown): value is RecordedIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { service, pid, startTicks, info } = value as Partial<Record<string, unknown>>;
  return (
    typeof service === 'string' &&
    typeof pid === 'number' &&
    typeof startTicks === 'number' &&
    typeof info === 'object' &&
    info !== null
  );
}

function listFiles(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
