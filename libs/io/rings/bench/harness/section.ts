import { readFileSync } from 'node:fs';
import { createMonotonicClock } from '@tickwire/ipc-shm';

/** What a side measured between its first and its last measured tick. */
export interface WriterReport {
  /** CLOCK_MONOTONIC ns. */
  readonly startedNs: number;
  readonly endedNs: number;
  /** CPU time of the whole process, all its threads, µs. */
  readonly cpuUs: number;
  /** How long this thread could have run and its core was somebody else's; 0 if nobody counts. */
  readonly waitedNs: number;
  /** Of the JavaScript heap, each time after a collection; only with `--expose-gc`. */
  readonly heapGrowthBytes?: number;
  /** Ticks sent more than one interval after their time; 0 where there is no pace. */
  readonly late: number;
}

export interface LatencyNs {
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
  readonly p999Ns: number;
  readonly maxNs: number;
  readonly count: number;
}

export interface ReaderReport extends Omit<WriterReport, 'late'> {
  /** Ticks delivered and checked, those of the warm-up included. */
  readonly ticks: number;
  readonly lost: number;
  /** Ticks that differ from the record of their position. */
  readonly wrong: number;
  /** What one reading of the clock costs; already subtracted from `latency`. */
  readonly clockCostNs?: number;
  /** Most that the clock can be off the host's. */
  readonly clockErrorNs?: number;
  readonly latency?: LatencyNs;
}

/** Times the measured part of a run and the CPU that this process, or thread, took for it. */
export class Section {
  readonly nowNs = createMonotonicClock();
  startedNs = 0;
  readonly #usage: () => NodeJS.CpuUsage;
  #endedNs = 0;
  #cpuAtStartUs = 0;
  #cpuUs = 0;
  #waitedAtStartNs = 0;
  #waitedNs = 0;
  #heapAtStart = 0;
  #heapGrowth = 0;

  /** @param usage - `process.threadCpuUsage` where both sides share a process. */
  constructor(usage: () => NodeJS.CpuUsage = () => process.cpuUsage()) {
    this.#usage = usage;
  }

  get isRunning(): boolean {
    return this.startedNs !== 0;
  }

  start(): void {
    this.#heapAtStart = heapAfterCollection();
    this.#waitedAtStartNs = waitedNs();
    this.#cpuAtStartUs = this.#usedUs();
    this.startedNs = this.nowNs();
  }

  end(): void {
    this.#endedNs = this.nowNs();
    this.#cpuUs = this.#usedUs() - this.#cpuAtStartUs;
    this.#waitedNs = waitedNs() - this.#waitedAtStartNs;
    this.#heapGrowth = heapAfterCollection() - this.#heapAtStart;
  }

  report(): Omit<WriterReport, 'late'> {
    const times = {
      ...{ startedNs: this.startedNs, endedNs: this.#endedNs },
      ...{ cpuUs: this.#cpuUs, waitedNs: this.#waitedNs },
    };
    return globalThis.gc === undefined ? times : { ...times, heapGrowthBytes: this.#heapGrowth };
  }

  #usedUs(): number {
    const { user, system } = this.#usage();
    return user + system;
  }
}

/** Second number of `schedstat`; kernels without scheduler statistics have no such file. */
function waitedNs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Bytes of the heap that are in use; 0 where a collection cannot be asked for. */
function heapAfterCollection(): number {
  if (globalThis.gc === undefined) return 0;
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** One line of JSON on standard output: what the bench reads from each side. */
export function printReport(report: WriterReport | ReaderReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
