/**
 * How a vendor describes itself to the conformance suite: once, in one object. Everything the
 * tests need to know about it is here; they know no vendor.
 */
import type { SessionLog } from '@tickwire/sim-kit';

/** A simulator as the tests drive it. */
export interface VendorSimulator {
  /** What it was asked, did and sent: the oracle. */
  readonly log: SessionLog;
  /** Faults from now on, in the place of those before; '' = none. Times count from this call. */
  setFaults(spec: string): void;
  /** Messages a second over all markets from now on; 0 = the markets stand still. */
  setRate(rate: number): void;
  /** Lets one market act so many times now. */
  step(steps: number, symbol: string): void;
  /** Sends bytes as they are to every connection. Returns how many that were. */
  inject(payload: string | Uint8Array, as: 'text' | 'binary'): number;
  /** Messages given to connections so far, in the unit of the wire hop. */
  sent(): number;
  /** Its book now, best first, decimals as written; `undefined` when the vendor has no books. */
  book(symbol: string): SimulatorBook | undefined;
  close(): Promise<void>;
}

export interface SimulatorBook {
  readonly sequence: number;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

export interface SimulatorStart {
  readonly seed: number;
  readonly symbols: readonly string[];
  readonly rate: number;
  /** A fault specification of the vendor's simulator; '' = none. */
  readonly faults: string;
  /** Its instrument list says fewer digits than its messages have. */
  readonly coarseList: boolean;
  /**
   * The heartbeat is that of the description; else the vendor's own, so that a machine under load
   * loses no connection in the other tests.
   */
  readonly shortHeartbeat: boolean;
}

/** A gateway as a process of its own. */
export interface GatewayStart<Simulator extends VendorSimulator = VendorSimulator> {
  readonly simulator: Simulator;
  readonly symbols: readonly string[];
  readonly ringDir: string;
  readonly runDir: string;
  readonly dataDir: string;
}

export interface GatewayCommand {
  /** Script, relative to the repository root. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

/** So many in any window of that length. */
export interface RateLimit {
  readonly count: number;
  readonly windowMs: number;
}

/** What the vendor documents. `undocumented` is an answer, a missing field is none. */
export interface VendorLimits {
  /** Topics (one instrument of one channel) that one message may subscribe. */
  readonly topicsPerMessage: number | 'undocumented';
  readonly topicsPerConnection: number | 'undocumented';
  readonly connections: number | 'undocumented';
  /** Messages of a client on one connection. */
  readonly messages: RateLimit | 'undocumented';
  /** Attempts to connect, refused ones included. */
  readonly connects: RateLimit | 'undocumented';
}

export const HOSTILE_KINDS = [
  'malformed',
  'wrong-type',
  'huge',
  'unknown-kind',
  'unknown-field',
  'truncated',
  'binary',
] as const;
export type HostileKind = (typeof HOSTILE_KINDS)[number];

export interface HostileMessage {
  readonly kind: HostileKind;
  /** What is wrong with it, for the report: `a list where the price is a text`. */
  readonly what: string;
  readonly payload: (symbol: string) => string | Uint8Array;
  readonly as: 'text' | 'binary';
  /** The reason under which the parser counts it as dropped; `accepted` when it must be taken. */
  readonly reason: string;
}

/** Fault specifications in the words of the vendor's simulator. */
export interface VendorFaults {
  /** Messages that carry sequences are left out now and then. */
  readonly gaps: string;
  /** Everything a network and a vendor do to messages, at once. */
  readonly mixed: string;
  /** Every connection is reset, once, at once. */
  readonly reset: string;
  /** Attempts to connect are refused. */
  readonly refuse: string;
  /** Every connection goes half open, at once: nothing is heard, nothing is said. */
  readonly halfOpen: string;
  /** Every connection answers heartbeats and tells nothing, from now on. */
  readonly silent: string;
}

export interface VendorDescription<Simulator extends VendorSimulator = VendorSimulator> {
  /** As in the directory of instruments: `kucoin`. */
  readonly vendor: string;
  /** Name of the gateway's service, and of the first ring that it writes. */
  readonly service: string;
  readonly ringName: string;
  /** File of the gap ledger in `<dataDir>/ledger`, without its ending. */
  readonly ledger: string;
  /** Three or more, with exponents as different as the vendor has them. */
  readonly symbols: readonly string[];
  /** More than one message may subscribe, or one connection may carry. */
  readonly manySymbols: readonly string[];
  /** Channels that the gateway subscribes for each symbol, as the simulator's log names them. */
  readonly channels: readonly string[];
  /** Whose sequences gaps are counted in: those of book changes and images, or of all ticks. */
  readonly sequenced: 'book' | 'all';
  /** Hops in the gateway's counters: the wire's `out`, then those that it counts wholly. */
  readonly wireHop: string;
  readonly hops: readonly string[];
  /** The hop that rejects messages by reason. */
  readonly parseHop: string;
  readonly limits: VendorLimits;
  readonly heartbeat: {
    /** With `shortHeartbeat`: what the simulator tells the gateway, or the vendor documents. */
    readonly intervalMs: number;
    /** A peer that answers nothing is given up within this time. */
    readonly noticeMsMax: number;
  };
  /** A connection that tells nothing is marked within this time. */
  readonly staleMsMax: number;
  /** From SIGTERM to exit 0. */
  readonly drainMsMax: number;
  /** Whether the gateway repairs a gap (by a snapshot or a replay) or only declares it. */
  readonly repairsGaps: boolean;
  readonly faults: VendorFaults;
  readonly hostile: readonly HostileMessage[];
  /** Tests, and kinds of hostile messages, that cannot apply to this vendor: id → reason. */
  readonly notApplicable: Readonly<Record<string, string>>;
  /** How long a condition may take before a test fails; default 20,000. */
  readonly conditionMs?: number;
  startSimulator(start: SimulatorStart): Promise<Simulator>;
  gateway(start: GatewayStart<Simulator>): GatewayCommand;
}
