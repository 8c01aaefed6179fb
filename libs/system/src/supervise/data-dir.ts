import { ensureRingDir } from '@tickwire/io-rings';
import { takeServiceLock } from '@tickwire/io-service';
import type { HeldLock } from '@tickwire/io-service';
import { SystemError } from '../errors.ts';
import { RING_DIR_LOCK } from './leftovers.ts';
import { findOrphans } from './orphans.ts';
import { SUPERVISOR, readSupervisorRecord } from './supervisor-record.ts';

/**
 * Takes the data directory for this supervisor's life.
 * @returns its lock, to be released when nothing of the system is left.
 * @throws SystemError `ALREADY_RUNNING` when another supervisor, or a service that outlived its
 *   own, has it.
 */
export function takeDataDir(runDir: string, dataDir: string): HeldLock {
  let lock: HeldLock;
  try {
    lock = takeServiceLock(runDir, SUPERVISOR);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ALREADY_RUNNING')) {
      throw cause;
    }
    const pid = readSupervisorRecord(runDir)?.pid;
    const who = pid === undefined ? '' : ` (pid ${pid})`;
    throw new SystemError('ALREADY_RUNNING', `tickwire already runs on ${dataDir}${who}`, {
      hint: 'See it with `tickwire status`, end it with `tickwire down`, or use another --data-dir',
      cause,
    });
  }
  const orphans = findOrphans(runDir);
  if (orphans.length === 0) return lock;
  lock.release();
  const names = orphans.map((orphan) => `${orphan.service} (pid ${orphan.pid})`).join(', ');
  throw new SystemError(
    'ALREADY_RUNNING',
    `services of an earlier run without a supervisor hold ${dataDir}: ${names}`,
    { hint: 'End them with `tickwire down`, then start again' },
  );
}

/**
 * Takes the directory of the rings, which is made when missing.
 * @throws SystemError `ALREADY_RUNNING` when another data directory's system uses it.
 */
export function takeRingDir(ringDir: string): HeldLock {
  ensureRingDir(ringDir);
  try {
    return takeServiceLock(ringDir, RING_DIR_LOCK);
  } catch (cause) {
    throw new SystemError(
      'ALREADY_RUNNING',
      `another tickwire uses the ring directory ${ringDir}`,
      {
        hint: 'Give another --ring-dir, or leave it out',
        cause,
      },
    );
  }
}
