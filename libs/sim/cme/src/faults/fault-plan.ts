/** All that may go wrong in a simulated exchange, as a plan. */
import { ChannelDisruption } from '../feeds/channel-timeline.ts';
import type { ScheduledDisruption } from '../feeds/channel-timeline.ts';
import { NO_LEG_FAULTS } from './leg-faults.ts';
import type { LegFaultPlan } from './leg-faults.ts';

/** What a fault of packets may name behind a dot. */
export const FaultyPart = {
  /** Line A of the incremental feed. */
  A: 'a',
  B: 'b',
  /** Both lines of definitions and snapshots. */
  Rounds: 'rounds',
} as const;
export type FaultyPart = (typeof FaultyPart)[keyof typeof FaultyPart];

export interface ReplayFaultPlan {
  /** Odds that a request is refused. */
  readonly refuse: number;
  /** Odds that the connection ends in the middle of the answer. */
  readonly close: number;
  /** Odds that an answer is late, and by how much. */
  readonly slow: { readonly odds: number; readonly ms: number };
}

export interface CmeFaultPlan {
  readonly legs: Readonly<Record<FaultyPart, LegFaultPlan>>;
  readonly disruptions: readonly ScheduledDisruption[];
  readonly replay: ReplayFaultPlan;
}

export const NO_FAULTS: CmeFaultPlan = {
  legs: { a: NO_LEG_FAULTS, b: NO_LEG_FAULTS, rounds: NO_LEG_FAULTS },
  disruptions: [],
  replay: { refuse: 0, close: 0, slow: { odds: 0, ms: 0 } },
};

export const DISRUPTIONS: readonly ChannelDisruption[] = Object.values(ChannelDisruption);

/** The grammar of `parseCmeFaults`, as lines for a person. */
export const CME_FAULT_HELP = `A list with commas, for example drop.a=0.01,burst=0.0005:500
  drop[.PART]=P              loses a packet
  burst[.PART]=P:N           loses 1 to N packets in a row
  dup[.PART]=P               sends a packet twice
  reorder[.PART]=P:N         lets 1 to N later packets overtake one
  delay[.PART]=P:D           sends a packet up to so much later
  reset=WHEN                 a channel reset
  week=WHEN                  a new week: sequences from 1, empty books
  quiet=WHEN[/for:D]         heartbeats alone
  no-snapshots=WHEN[/for:D]  the rounds of snapshots stop
  replay-refuse=P            the replay service refuses a request
  replay-close=P             it closes in the middle of its answer
  replay-slow=P:D            it answers so much later
PART   a, b: lines of the incremental feed; rounds: definitions, snapshots; else a and b
P      a probability, 0 … 1
N      an integer from 1 to 10000
D      an integer with ms, s or m
WHEN   every:D or after:D, from the start
`;
