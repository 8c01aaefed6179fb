/** Options of the simulator, with the venue's own figures as defaults. */
import type { Timers } from '@tickwire/core';
import { HOST_CLOCK, HostTimers, SimulatorError } from '@tickwire/sim-kit';
import type { ConnectionAccount, CountCells, SessionLog, SimulatorClock } from '@tickwire/sim-kit';
import { DEFAULT_SYMBOLS } from './instruments.ts';
import type { KeyOrder } from './key-order.ts';
import type { SessionLimits } from './session.ts';

export interface VenueLimits extends SessionLimits {
  /** Connections of one address at a time; 50 at the venue. */
  readonly connectionsMax: number;
  /** Connections one address may open in a minute; 30 at the venue. */
  readonly connectsPerMinute: number;
  /** REST weight of one address in 30 s; 2,000 at the venue. */
  readonly weightPer30s: number;
  /** Bytes a client may leave unread before it is disconnected. */
  readonly bufferedBytesMax: number;
  /** Largest frame a client may send, bytes; a larger one ends the connection with code 1009. */
  readonly frameBytesMax: number;
}

export interface KucoinSimulatorOptions {
  /** 0 = any free port. Default 0. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Any text; the same seed, options and clock give the same messages. Default `1`. */
  readonly seed?: string | number;
  /** Default: ten well-known pairs. See `symbolNames` for any number of them. */
  readonly symbols?: readonly string[];
  /** Level-2, match and ticker messages per second over all markets. 0 = none. Default 500. */
  readonly rate?: number;
  /** Levels on each side of a book, about; more than 100, so that `level2_100` is not all of it. */
  readonly depth?: number;
  /** Sequences of each market of which its book can be served. Default 2,048. */
  readonly history?: number;
  /** Least ms between two tickers of a symbol; 0 = each change. Default 100, as the venue. */
  readonly tickerIntervalMs?: number;
  readonly keyOrder?: KeyOrder;
  /** Fault specification, see `parseFaults`. Default none. */
  readonly faults?: string;
  /** Where each fault's JSON line goes as well, for example a file. */
  readonly onFault?: (line: string) => void;
  /** Gets everything: what clients asked, what was sent with its decimals, faults, ends. */
  readonly session?: SessionLog;
  /** Default 18,000 and 10,000, as the venue says now. */
  readonly pingIntervalMs?: number;
  readonly pingTimeoutMs?: number;
  /** Default 24 h. */
  readonly tokenValidMs?: number;
  /** How a bad token is refused: a message after the upgrade, or HTTP 401. Default `message`. */
  readonly tokenRefusal?: 'message' | 'http';
  /** How far a REST book lags the stream, ms. Default 0 … 200. */
  readonly restLagMs?: { readonly min: number; readonly max: number };
  /** Sequences it lags besides. A quiet market then never catches up. Default 0. */
  readonly restLagUpdates?: number;
  /**
   * Decimals that the list of symbols leaves out of the increments, so that messages have more
   * digits than it says, as those of some of the venue's symbols do. Default 0.
   */
  readonly listedDecimalsLess?: number;
  /** Keys that the full book accepts; default any. */
  readonly apiKeys?: readonly string[];
  readonly limits?: Partial<VenueLimits>;
  /** Counters of the caller, for example cells of a statistics file. */
  readonly cells?: CountCells;
  /** Counts of the caller for each connection, by the id that its client gave. */
  readonly account?: (connectId: string) => ConnectionAccount;
  readonly clock?: SimulatorClock;
  readonly timers?: Timers;
}

export type ResolvedOptions = Required<
  Omit<KucoinSimulatorOptions, 'onFault' | 'apiKeys' | 'session'>
> & {
  readonly session: SessionLog | undefined;
  readonly onFault: ((line: string) => void) | undefined;
  readonly apiKeys: readonly string[] | undefined;
  readonly limits: VenueLimits;
  readonly seed: string;
};

export const VENUE_LIMITS: VenueLimits = {
  topicsPerMessage: 100,
  topicsPerSession: 300,
  messagesPer10s: 100,
  connectionsMax: 50,
  connectsPerMinute: 30,
  weightPer30s: 2_000,
  bufferedBytesMax: 16 * 1024 * 1024,
  frameBytesMax: 256 * 1024,
};

/**
 * Fills in the defaults.
 *
 * @throws SimulatorError `BAD_OPTION` naming the first option out of its range.
 */
export function resolveOptions(options: KucoinSimulatorOptions): ResolvedOptions {
  const limits = { ...VENUE_LIMITS, ...options.limits };
  for (const [name, value] of Object.entries(limits)) integer(`limits.${name}`, value, 1);
  const lag = options.restLagMs ?? { min: 0, max: 200 };
  integer('restLagMs.min', lag.min, 0);
  integer('restLagMs.max', lag.max, lag.min);
  return {
    port: integer('port', options.port ?? 0, 0),
    host: options.host ?? '127.0.0.1',
    seed: String(options.seed ?? 1),
    symbols: options.symbols ?? DEFAULT_SYMBOLS,
    rate: options.rate ?? 500,
    depth: options.depth ?? 150,
    history: integer('history', options.history ?? 2_048, 16),
    tickerIntervalMs: integer('tickerIntervalMs', options.tickerIntervalMs ?? 100, 0),
    keyOrder: options.keyOrder ?? 'documented',
    faults: options.faults ?? '',
    onFault: options.onFault,
    session: options.session,
    pingIntervalMs: integer('pingIntervalMs', options.pingIntervalMs ?? 18_000, 1),
    pingTimeoutMs: integer('pingTimeoutMs', options.pingTimeoutMs ?? 10_000, 1),
    tokenValidMs: integer('tokenValidMs', options.tokenValidMs ?? 86_400_000, 1),
    tokenRefusal: options.tokenRefusal ?? 'message',
    restLagMs: lag,
    restLagUpdates: integer('restLagUpdates', options.restLagUpdates ?? 0, 0),
    listedDecimalsLess: integer('listedDecimalsLess', options.listedDecimalsLess ?? 0, 0),
    apiKeys: options.apiKeys,
    limits,
    cells: options.cells ?? (() => ({ add: () => undefined })),
    account: options.account ?? (() => ({ add: () => undefined, close: () => undefined })),
    clock: options.clock ?? HOST_CLOCK,
    timers: options.timers ?? new HostTimers(),
  };
}

function integer(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least || value > 2 ** 40) {
    throw new SimulatorError('BAD_OPTION', name, `${value} is not an integer from ${least}`);
  }
  return value;
}
