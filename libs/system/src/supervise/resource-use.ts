/** CPU time and memory of processes, from /proc, summed over the restarts of a service. */
import { readFileSync } from 'node:fs';

/** Kernel clock ticks a second, as /proc reports CPU time on every Linux. */
const TICKS_PER_SECOND = 100;
/**
 * To sum a process's memory the kernel walks all its pages: read each second it was most of what
 * an idle supervisor cost. So it is read ever less often, from once a second as a process grows.
 */
const PSS_EVERY_MS = { first: 1_000, last: 10_000 } as const;

export interface ProcessSample {
  readonly cpuMs: number;
  /** Proportional set size: shared pages counted by their share. */
  readonly pssBytes: number;
}

export interface ServiceUse {
  readonly name: string;
  /** CPU time of all its processes so far. */
  readonly cpuMs: number;
  /** The largest sample. */
  readonly pssBytes: number;
  /** The newest sample. */
  readonly pssNowBytes: number;
  /** Share of one core since the sample before. */
  readonly cpuShare: number;
}

interface Account {
  pid: number;
  cpuMsBefore: number;
  cpuMsNow: number;
  pssBytesMax: number;
  pssBytesNow: number;
  pssDueMs: number;
  pssEveryMs: number;
  sampledAtMs: number;
  cpuShare: number;
}

/** One sample of a process; `undefined` when it is gone. */
export function sampleProcess(pid: number): ProcessSample | undefined {
  const cpuMs = readCpuMs(pid);
  return cpuMs === undefined ? undefined : { cpuMs, pssBytes: readPssBytes(pid) };
}

/**
 * Accounts of several services: sampled while they run, read for the table and the report. Memory
 * is looked at less often than time.
 */
export class ResourceUse {
  readonly #accounts = new Map<string, Account>();

  /** @param nowMs - A monotonic reading in ms. */
  sample(name: string, pid: number, nowMs: number): void {
    const cpuMs = readCpuMs(pid);
    if (cpuMs === undefined) return;
    const account = this.#accountOf(name, pid);
    const elapsedMs = nowMs - account.sampledAtMs;
    if (elapsedMs > 0 && account.sampledAtMs > 0) {
      account.cpuShare = Math.max(0, (cpuMs - account.cpuMsNow) / elapsedMs);
    }
    account.cpuMsNow = cpuMs;
    account.sampledAtMs = nowMs;
    if (nowMs < account.pssDueMs) return;
    account.pssDueMs = nowMs + account.pssEveryMs;
    account.pssEveryMs = Math.min(2 * account.pssEveryMs, PSS_EVERY_MS.last);
    account.pssBytesNow = readPssBytes(pid);
    account.pssBytesMax = Math.max(account.pssBytesMax, account.pssBytesNow);
  }

  of(name: string): ServiceUse | undefined {
    const account = this.#accounts.get(name);
    if (account === undefined) return undefined;
    return {
      name,
      cpuMs: account.cpuMsBefore + account.cpuMsNow,
      pssBytes: account.pssBytesMax,
      pssNowBytes: account.pssBytesNow,
      cpuShare: account.cpuShare,
    };
  }

  #accountOf(name: string, pid: number): Account {
    const known = this.#accounts.get(name);
    if (known?.pid === pid) return known;
    const account: Account = {
      pid,
      cpuMsBefore: known === undefined ? 0 : known.cpuMsBefore + known.cpuMsNow,
      cpuMsNow: 0,
      pssBytesMax: known?.pssBytesMax ?? 0,
      pssBytesNow: 0,
      pssDueMs: Number.NEGATIVE_INFINITY,
      pssEveryMs: PSS_EVERY_MS.first,
      sampledAtMs: 0,
      cpuShare: 0,
    };
    this.#accounts.set(name, account);
    return account;
  }
}

function readCpuMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

function readPssBytes(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // another user's process: its time is public, its memory is not
  }
}
