import type { BookMessages } from './book-messages.ts';
import type { EntryGate } from './entry-gate.ts';
import type { EventTicks } from './event-ticks.ts';
import type { Instruments } from './instruments.ts';
import type { CmeTallies } from './tallies.ts';

/** What messages beside those of books need of their channel: trades, statistics, states. */
export interface MessageParts {
  readonly instruments: Instruments;
  readonly gate: EntryGate;
  readonly ticks: EventTicks;
  readonly bookMessages: BookMessages;
  readonly tallies: CmeTallies;
}
