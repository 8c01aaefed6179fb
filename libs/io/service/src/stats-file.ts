import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COUNTER_FILE_BYTES, CounterTable, readCounters } from '@tickwire/core';
import type { CounterSnapshot } from '@tickwire/core';
import { ShmError, createSharedFile, openSharedFile } from '@tickwire/ipc-shm';
import { ServiceError } from './errors.ts';

export const statsPath = (ringDir: string, service: string): string =>
  join(ringDir, `${service}.stats`);

/**
 * The counters of `service` in its mapped file, made when missing. An existing file is taken over,
 * so that counts go on after a restart. The caller holds the service's lock: one writer.
 */
export function openStats(ringDir: string, service: string): CounterTable {
  const path = statsPath(ringDir, service);
  try {
    const made = createSharedFile({ path, bytes: COUNTER_FILE_BYTES, mode: 0o640, lock: true });
    return new CounterTable(made.buffer);
  } catch (error) {
    if (!(error instanceof ShmError) || error.code !== 'EXISTS') throw error;
  }
  return new CounterTable(openSharedFile({ path, access: 'write' }).buffer);
}

/**
 * A copy of the counters of a service, alive or dead: read, never mapped.
 * @throws ServiceError `STATS_UNREADABLE` when there is no such file or it is not one.
 */
export function readStats(path: string): CounterSnapshot {
  try {
    return readCounters(readFileSync(path));
  } catch (cause) {
    throw new ServiceError('STATS_UNREADABLE', `cannot read the counters in ${path}`, { cause });
  }
}
