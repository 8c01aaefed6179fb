/** `tickwire down`: the ordered end of a system, with or without its supervisor. */
import { setTimeout as delay } from 'node:timers/promises';
import { lockPath } from '@tickwire/io-service';
import {
  SUPERVISOR,
  clearRingDir,
  clearRunDir,
  findOrphans,
  isAlive,
  isSupervised,
  processesWithOpen,
  readSupervisorRecord,
  signalProcess,
} from '@tickwire/system';
import type { Folders, Orphan, ProcessIdentity } from '@tickwire/system';
import { CliError } from '../errors.ts';
import { countOf } from '../quantity.ts';

export interface DownResult {
  /** A live supervisor did it, in its own order. */
  readonly supervised: boolean;
  /** Services that were ended here. */
  readonly ended: readonly string[];
  /** Of these, the ones that had to be killed. */
  readonly killed: readonly string[];
}

export interface DownOptions {
  readonly folders: Folders;
  readonly onProgress: (line: string) => void;
  /** How long a supervisor may take for its drain. */
  readonly supervisorDeadlineMs?: number;
  /** How long a service may take to end before it is killed. */
  readonly serviceDeadlineMs: number;
}

const SUPERVISOR_DEADLINE_MS = 90_000;
const KILL_DEADLINE_MS = 5_000;
const POLL_MS = 20;

/**
 * Ends everything that runs on the folders and removes its shared memory, locks and records.
 * @throws CliError `FAILED` when a process cannot be ended, for example another user's.
 */
export async function runDown(options: DownOptions): Promise<DownResult> {
  const { folders } = options;
  const supervised = await endSupervisor(options);
  const ended: string[] = [];
  const killed: string[] = [];
  const byStage = Map.groupBy(findOrphans(folders.runDir), (orphan) => orphan.drainStage);
  for (const stage of [...byStage.keys()].sort((a, b) => a - b)) {
    const orphans = byStage.get(stage) ?? [];
    await Promise.all(
      orphans.map(async (orphan) => {
        if (await endOrphan(orphan, options)) killed.push(orphan.service);
        ended.push(orphan.service);
      }),
    );
  }
  const left = findOrphans(folders.runDir);
  if (left.length > 0) {
    const names = left.map((orphan) => `${orphan.service} (pid ${orphan.pid})`).join(', ');
    throw new CliError('FAILED', `${countOf(left.length, 'process')} cannot be ended: ${names}`, {
      hint: 'Run `tickwire down` as the user who started it',
    });
  }
  clearRingDir(folders.ringDir);
  clearRunDir(folders.runDir);
  return { supervised, ended, killed };
}

/** @returns true when there was a live supervisor. */
async function endSupervisor(options: DownOptions): Promise<boolean> {
  const { runDir } = options.folders;
  if (!isSupervised(runDir)) return false;
  const recorded = readSupervisorRecord(runDir);
  const supervisors =
    recorded !== undefined && isAlive(recorded)
      ? [recorded]
      : processesWithOpen(lockPath(runDir, SUPERVISOR));
  for (const supervisor of supervisors) {
    options.onProgress(`Asking the supervisor (pid ${supervisor.pid}) to end everything in order.`);
    signalProcess(supervisor, 'SIGTERM');
    const deadlineMs = options.supervisorDeadlineMs ?? SUPERVISOR_DEADLINE_MS;
    if (await hasEnded(supervisor, deadlineMs)) continue;
    options.onProgress(`It did not end within ${deadlineMs / 1000} s and is killed.`);
    await kill(supervisor);
  }
  return true;
}

/** @returns true when it had to be killed. */
async function endOrphan(orphan: Orphan, options: DownOptions): Promise<boolean> {
  const deadlineMs = options.serviceDeadlineMs;
  options.onProgress(`Ending ${orphan.service} (pid ${orphan.pid}).`);
  signalProcess(orphan, 'SIGTERM');
  signalProcess(orphan, 'SIGCONT'); // a suspended process would never hear of it
  if (await hasEnded(orphan, deadlineMs)) return false;
  options.onProgress(`${orphan.service} did not end within ${deadlineMs / 1000} s and is killed.`);
  await kill(orphan);
  return true;
}

async function kill(identity: ProcessIdentity): Promise<void> {
  signalProcess(identity, 'SIGKILL');
  await hasEnded(identity, KILL_DEADLINE_MS);
}

async function hasEnded(identity: ProcessIdentity, deadlineMs: number): Promise<boolean> {
  const deadline = performance.now() + deadlineMs;
  while (isAlive(identity)) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
