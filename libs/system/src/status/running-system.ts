/** The recorded system of a data directory, checked against what really lives. */
import { findOrphans, isSupervised } from '../supervise/orphans.ts';
import { SystemError } from '../errors.ts';
import { findFolders } from '../folders.ts';
import type { Folders } from '../folders.ts';
import { roleOfName } from '../supervise/drain-order.ts';
import { isAlive } from '../supervise/process-identity.ts';
import { readSupervisorRecord } from '../supervise/supervisor-record.ts';
import type { RecordedService, SupervisorRecord } from '../supervise/supervisor-record.ts';

export interface RunningSystem {
  readonly folders: Folders;
  /** Absent when the supervisor left no readable record. */
  readonly record: SupervisorRecord | undefined;
  /** A live supervisor restarts what crashes and will drain it. */
  readonly supervised: boolean;
  readonly services: readonly RecordedService[];
}

/**
 * The system that runs on a data directory.
 * @throws SystemError `NOTHING_RUNS`.
 */
export function requireRunningSystem(options: {
  dataDir: string;
  ringDir?: string | undefined;
}): RunningSystem {
  const folders = findFolders(options);
  const system = folders === undefined ? undefined : lookAtSystem(folders);
  if (system !== undefined) return system;
  throw new SystemError('NOTHING_RUNS', `nothing is running on ${options.dataDir}`, {
    hint: 'Start it with `tickwire up`, or name another --data-dir',
  });
}

/** As `requireRunningSystem`; `undefined` when nothing lives there. */
export function lookAtSystem(folders: Folders): RunningSystem | undefined {
  const supervised = isSupervised(folders.runDir);
  const alive = findOrphans(folders.runDir);
  if (!supervised && alive.length === 0) return undefined;
  const record = readSupervisorRecord(folders.runDir);
  const recorded = (record?.info.services ?? []).map(asItReallyIs);
  const unrecorded = alive
    .filter((orphan) => !recorded.some((service) => service.service === orphan.service))
    .map((orphan): RecordedService => ({
      service: orphan.service,
      role: roleOfName(orphan.service),
      state: 'running',
      pid: orphan.pid,
      startTicks: orphan.startTicks,
      restarts: 0,
      silentMs: 0,
      reason: 'not in the supervisor’s record',
    }));
  return { folders, record, supervised, services: [...recorded, ...unrecorded] };
}

/** A record may be older than the death of what it speaks of. */
function asItReallyIs(service: RecordedService): RecordedService {
  const claimsLife = service.state !== 'exited' && service.state !== 'failed' && service.pid > 0;
  if (!claimsLife || service.state === 'restarting' || isAlive(service)) return service;
  return { ...service, state: 'exited', reason: service.reason || 'it is gone' };
}
