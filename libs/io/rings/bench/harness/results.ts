/** What a run of the ring benchmark found, as it is written to the JSON file. */
import type { RecordFacts } from './records.ts';
import type { LatencyNs } from './section.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly node: string;
  readonly arch: string;
  readonly date: string;
  readonly placement: string;
  /** Of the minute before the run: above some tenths the figures are not this machine's. */
  readonly loadAverage: number;
}

/** Whose code ran: ours, the same protocol in C++, or a name of `peers`. */
export type SideName = string;

/** The side that only wakes a sleeper. */
export const FUTEX: SideName = 'futex (C++)';

export interface ThroughputRun {
  readonly side: SideName;
  /** Ticks of one publication, or what the case says. */
  readonly batch: number;
  readonly ticksPerSecond: number;
  /** CPU seconds for a million ticks. */
  readonly writerCpu: number;
  readonly readerCpu: number;
  /** The same of a broker between the two, where there is one. */
  readonly brokerCpu?: number;
  readonly lost: number;
  readonly wrong: number;
}

export interface LatencyRun {
  readonly side: SideName;
  readonly waiting: string;
  /** Ticks offered a second. */
  readonly rate: number;
  readonly clockCostNs: number;
  /** Most that the reader's clock can be off the host's; none where it reads that itself. */
  readonly clockErrorNs?: number;
  readonly latency: LatencyNs;
  readonly late: number;
  readonly lost: number;
  readonly wrong: number;
  /** Share of one core, 0 … 1. */
  readonly writerCore: number;
  readonly readerCore: number;
  /** Share of the time in which a side could have run and its core was somebody else's, 0 … 1. */
  readonly writerWaited: number;
  readonly readerWaited: number;
}

/** A row that could not be measured, and why. */
export interface Absent {
  readonly side: SideName;
  readonly reason: string;
}

/** One writer and one reader over some rings. */
export interface FanRun {
  readonly rings: number;
  /** Of all rings together. */
  readonly ticksPerSecond: number;
  readonly lost: number;
  readonly wrong: number;
}

/** One ring at a fixed rate with some parked readers; of C++ only what waking sleepers costs. */
export interface ReadersRun {
  readonly side: SideName;
  readonly readers: number;
  /** Ticks offered a second; of C++ wakes. */
  readonly rateOffered: number;
  /** CPU of the writer, share of one core. */
  readonly writerCore: number;
  readonly ticksPerSecond: number;
  readonly late: number;
  /** Of all readers. */
  readonly lost: number;
  readonly wrong: number;
  /** Of the slowest reader. */
  readonly p50Ns: number;
  readonly p99Ns: number;
}

export interface Results {
  readonly machine: Machine;
  readonly records: RecordFacts;
  readonly quick: boolean;
  readonly seconds: number;
  readonly throughput: readonly ThroughputRun[];
  readonly floors: readonly ThroughputRun[];
  readonly latency: readonly LatencyRun[];
  readonly peerThroughput: readonly ThroughputRun[];
  readonly peerLatency: readonly LatencyRun[];
  readonly fan: readonly FanRun[];
  readonly readers: readonly ReadersRun[];
  readonly absent: readonly Absent[];
}
