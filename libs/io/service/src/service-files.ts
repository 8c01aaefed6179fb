/**
 * What a running service leaves for others to find, in the run directory:
 *
 *   <service>.lock   held with an OFD lock for the life of the process: the lock decides life
 *   <service>.json   { service, pid, startTicks, startedAtMs, info }, for display and for `down`
 */
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isLocked, tryLock } from '@tickwire/ipc-shm';
import { ServiceError } from './errors.ts';

export interface ServiceRecord {
  service: string;
  pid: number;
  /** Start time of the process in clock ticks since boot (proc(5) stat, field 22): with the pid
   *  it names one process for ever, although pids are used again. */
  startTicks: number;
  startedAtMs: number;
  /** What the service says of itself: ports, URLs, ring names, its own child processes. */
  info: Record<string, unknown>;
}

export interface FoundService extends ServiceRecord {
  /** The lock is held: the process, or one that inherited from it, lives. */
  alive: boolean;
}

export const lockPath = (runDir: string, service: string): string =>
  join(runDir, `${service}.lock`);
export const recordPath = (runDir: string, service: string): string =>
  join(runDir, `${service}.json`);

export interface HeldLock {
  release(): void;
}

/**
 * Takes the service's lock for the life of the process.
 * @throws ServiceError `ALREADY_RUNNING` when a live process has it.
 */
export function takeServiceLock(runDir: string, service: string): HeldLock {
  const path = lockPath(runDir, service);
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
  const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o640);
  if (!tryLock(fd)) {
    closeSync(fd);
    throw new ServiceError('ALREADY_RUNNING', `${service} is already running on ${runDir}`, {
      hint: 'stop it with `tickwire down`, or use another --data-dir',
    });
  }
  return { release: () => closeSync(fd) };
}

export function writeServiceRecord(runDir: string, record: ServiceRecord): void {
  const path = recordPath(runDir, record.service);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(record)}\n`, { mode: 0o640 });
  renameSync(`${path}.tmp`, path); // a reader sees the old one or the new one, never half
}

/**
 * Removes the record at an orderly end. The lock file stays: unlinking it would let a starter that
 * had opened it hold a lock which nobody else can see. Whoever stops the whole system removes the
 * run directory when every lock in it is free.
 */
export function removeServiceRecord(runDir: string, service: string): void {
  rmSync(recordPath(runDir, service), { force: true });
}

/** Every readable record, of the living and the dead; whether one lives is `findServices`'. */
export function readServiceRecords(runDir: string): ServiceRecord[] {
  return listDirectory(runDir)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readRecord(join(runDir, name)) ?? []);
}

/** Every service that left a record, alive or not, the oldest first. */
export function findServices(runDir: string): FoundService[] {
  return readServiceRecords(runDir)
    .map((record) => {
      const path = lockPath(runDir, record.service);
      return { ...record, alive: existsSync(path) && isLocked(path) };
    })
    .sort((a, b) => a.startedAtMs - b.startedAtMs);
}

/** Field 22 of /proc/<pid>/stat; 0 when there is no such process. */
export function processStartTicks(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold spaces itself.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
  } catch {
    return 0;
  }
}

function readRecord(path: string): ServiceRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // being written, or not ours
  }
}

function isRecord(value: unknown): value is ServiceRecord {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Partial<Record<keyof ServiceRecord, unknown>>;
  return (
    typeof fields.service === 'string' &&
    Number.isInteger(fields.pid) &&
    Number.isInteger(fields.startTicks) &&
    typeof fields.startedAtMs === 'number' &&
    typeof fields.info === 'object' &&
    fields.info !== null
  );
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
