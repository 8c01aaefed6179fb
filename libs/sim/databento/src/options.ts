import type { Timers } from '@tickwire/core';
import { SimulatorError } from '@tickwire/sim-kit';
import type { ConnectionAccount, CountCells, FaultEntry, SimulatorClock } from '@tickwire/sim-kit';
import type { DatabentoInstrument } from './instruments.ts';
import type { LimitBook } from './limit-book.ts';
import type { FileSpeed } from './files/file-market.ts';
import { MADE_SCHEMAS } from './schema-codes.ts';
import type { MadeSchema } from './schema-codes.ts';

/** The key that is let in when no other is named; as long as the vendor's are. */
export const SIMULATED_KEY = 'db-simulated00000000000000000001';

/** A market that is read from files of DBN. */
export interface FilesOptions {
  /** Any schemas and versions of one dataset, plain or compressed with zstd. */
  readonly paths: readonly string[];
  /** 1 as recorded, 10 ten times as fast; `max` as fast as sessions take it. Default 1. */
  readonly speed?: FileSpeed;
  /** Begins again at the end; times go on, sequences do not. Default false. */
  readonly loops?: boolean;
  /** Begins with the first session that starts, or with the simulator. Default `session`. */
  readonly begins?: 'session' | 'simulator';
}

export interface DatabentoSimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Any text; the same seed gives the same records. Default `1`. */
  readonly seed?: string;
  /** Default `GLBX.MDP3`. */
  readonly dataset?: string;
  /** Keys that are let in. Default `SIMULATED_KEY`. */
  readonly keys?: readonly string[];
  /** How many instruments there are, 1 … 100,000. Default 8. */
  readonly instruments?: number;
  /** Events of books a second over all instruments, 0 … 1,000,000. Default 500. */
  readonly rate?: number;
  /** The market opened so long before the simulator, ms: what there is to replay. Default 0. */
  readonly historyMs?: number;
  /** Schemas that are made. Default all of `MADE_SCHEMAS`. */
  readonly schemas?: readonly MadeSchema[];
  /** Records kept for replays and slow readers, bytes. Default 256 MiB. */
  readonly logBytesMax?: number;
  /** A client so many records behind is skipped; it is warned at half. Default 100,000. */
  readonly behindMax?: number;
  /** Takes the place of the seeded market: dataset, instruments and schemas are theirs. */
  readonly files?: FilesOptions;
  /** Told when files that could be read at the start cannot be any more; the market stands. */
  readonly onFilesFailed?: (error: unknown) => void;
  /** Sessions at a time. Default 50. */
  readonly sessionsMax?: number;
  /** Connections of one address in a second; one more is closed at once. Default: any. */
  readonly connectsPerSecMax?: number;
  /** Subscriptions of one session in a second; those beyond wait for their turn. Default 10. */
  readonly subscriptionsPerSecMax?: number;
  /** A client must be authenticated within so long, ms. Default 30,000. */
  readonly authTimeoutMs?: number;
  /** Fault specification; `databentoFaultHelp` has the grammar. */
  readonly faults?: string;
  readonly clock?: SimulatorClock;
  readonly timers?: Timers;
  /** Told each event of a book once it is whole: the oracle. */
  readonly onEvent?: (instrument: DatabentoInstrument, sequence: number, book: LimitBook) => void;
  readonly onFault?: (entry: FaultEntry) => void;
  readonly cells?: CountCells;
  /** Where what is sent on one session is counted, by the id that its client is told. */
  readonly account?: (sessionId: string) => ConnectionAccount;
}

export const DATASET_DEFAULT = 'GLBX.MDP3';

interface Range {
  readonly min: number;
  readonly max: number;
}

const RANGES = {
  port: { min: 0, max: 65_535 },
  rate: { min: 0, max: 1_000_000 },
  historyMs: { min: 0, max: 86_400_000 },
  logBytesMax: { min: 2 ** 24, max: 2 ** 36 },
  behindMax: { min: 1, max: 1e9 },
  sessionsMax: { min: 1, max: 10_000 },
  connectsPerSecMax: { min: 1, max: 100_000 },
  subscriptionsPerSecMax: { min: 1, max: 100_000 },
  authTimeoutMs: { min: 1, max: 600_000 },
} as const satisfies Partial<Record<keyof DatabentoSimulatorOptions, Range>>;

/** @throws SimulatorError `BAD_OPTION`, its field the option that is out of its range. */
export function checkOptions(options: DatabentoSimulatorOptions): void {
  for (const [name, { min, max }] of Object.entries(RANGES)) {
    const value = options[name as keyof typeof RANGES];
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) continue;
    throw new SimulatorError('BAD_OPTION', name, `expected an integer in ${min} … ${max}`);
  }
  checkFiles(options);
  const unknown = options.schemas?.find((schema) => !MADE_SCHEMAS.includes(schema));
  if (unknown !== undefined) {
    const known = MADE_SCHEMAS.join(', ');
    throw new SimulatorError('BAD_OPTION', 'schemas', `no ${unknown}; known are ${known}`);
  }
  if (options.keys?.some((key) => key.length < 6) === true) {
    throw new SimulatorError('BAD_OPTION', 'keys', 'a key has 6 characters at least');
  }
  if (options.dataset !== undefined && !/^[A-Z0-9.]{1,15}$/.test(options.dataset)) {
    throw new SimulatorError('BAD_OPTION', 'dataset', 'expected a name such as GLBX.MDP3');
  }
}

const SPEED_MAX = 1e6;

function checkFiles({ files, historyMs = 0, onEvent }: DatabentoSimulatorOptions): void {
  if (files === undefined) return;
  const bad = (field: string, detail: string): SimulatorError =>
    new SimulatorError('BAD_OPTION', field, detail);
  if (files.paths.length === 0) throw bad('files', 'none is named');
  if (historyMs > 0) throw bad('historyMs', 'files are their own history');
  if (onEvent !== undefined) throw bad('onEvent', 'a market from files keeps no books');
  const { speed = 1 } = files;
  if (speed !== 'max' && !(speed > 0 && speed <= SPEED_MAX)) {
    throw bad('speed', `expected more than 0 up to ${SPEED_MAX}, or max`);
  }
}
