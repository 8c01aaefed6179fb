/** The living processes of a system, found by locks and records and never by a program's name. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockPath, readServiceRecords } from '@tickwire/io-service';
import { isLocked } from '@tickwire/ipc-shm';
import { childrenOf } from './child-processes.ts';
import { drainStageOf, roleOfName } from './drain-order.ts';
import { processesWithOpen } from './lock-holders.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { SUPERVISOR, readSupervisorRecord } from './supervisor-record.ts';

export interface Orphan extends ProcessIdentity {
  readonly service: string;
  readonly drainStage: number;
}

const LOCK_SUFFIX = '.lock';

/**
 * Every living service of a run directory: by its own record, by the supervisor's, and by who has
 * its held lock open. The supervisor itself is not among them.
 */
export function findOrphans(runDir: string): Orphan[] {
  const found = new Map<number, Orphan>();
  const add = (service: string, identity: ProcessIdentity): void => {
    if (service === SUPERVISOR || identity.pid === process.pid || !isAlive(identity)) return;
    const { pid, startTicks } = identity;
    const drainStage = drainStageOf(roleOfName(service), service);
    if (!found.has(pid)) found.set(pid, { service, pid, startTicks, drainStage });
  };
  for (const record of readServiceRecords(runDir)) {
    add(record.service, record);
    // With the service that runs it, not before: a bus must outlive those who still publish.
    for (const child of childrenOf(record.info)) add(record.service, child);
  }
  for (const recorded of readSupervisorRecord(runDir)?.info.services ?? []) {
    add(recorded.service, recorded);
  }
  for (const service of heldLocks(runDir)) {
    for (const holder of processesWithOpen(lockPath(runDir, service))) add(service, holder);
  }
  return [...found.values()].sort((a, b) => a.drainStage - b.drainStage);
}

/** Whether a live supervisor holds the directory. */
export function isSupervised(runDir: string): boolean {
  return isHeld(lockPath(runDir, SUPERVISOR));
}

function heldLocks(runDir: string): string[] {
  return listFiles(runDir)
    .filter((name) => name.endsWith(LOCK_SUFFIX) && isHeld(join(runDir, name)))
    .map((name) => name.slice(0, -LOCK_SUFFIX.length));
}

function isHeld(path: string): boolean {
  try {
    return isLocked(path);
  } catch {
    return false;
  }
}

function listFiles(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
