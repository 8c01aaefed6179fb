/**
 * The faults there are, and which of them a simulator knows: its catalogue. The grammar is one for
 * all simulators; `faultHelp` writes the part of it that a catalogue allows.
 */
import type { ConnectionFault, MessageFault, RestFault } from './fault-plan.ts';

export type FaultName = MessageFault | ConnectionFault | RestFault | 'slow-ack' | 'chop';

export interface FaultCatalogue {
  readonly faults: readonly FaultName[];
  /** What a message fault may name behind a dot: `drop.ticker=0.1`. The first one is meant else. */
  readonly topics: readonly string[];
}

interface FaultText {
  readonly form: string;
  readonly does: string;
}

const TEXTS: Readonly<Record<FaultName, FaultText>> = {
  drop: { form: 'drop[.TOPIC]=P', does: 'omits a message' },
  dup: { form: 'dup[.TOPIC]=P', does: 'sends a message twice' },
  reorder: { form: 'reorder[.TOPIC]=P', does: 'lets the next of its topic overtake a message' },
  truncate: { form: 'truncate[.TOPIC]=P', does: 'sends half of a message' },
  garbage: { form: 'garbage[.TOPIC]=P', does: 'sends something unreadable after a message' },
  delay: { form: 'delay[.TOPIC]=P:D', does: 'sends a message so much later' },
  disconnect: { form: 'disconnect=WHEN', does: 'ends a connection in order' },
  reset: { form: 'reset=WHEN', does: 'ends a connection by a TCP reset' },
  cut: { form: 'cut=WHEN', does: 'resets a connection in the middle of its next message' },
  freeze: { form: 'freeze=WHEN[/for:D]', does: 'stays connected, answers, tells nothing' },
  halfopen: { form: 'halfopen=WHEN', does: 'hears and says nothing, and stays open' },
  'stall-rest': { form: 'stall-rest=[P:]D', does: 'answers a request so much later' },
  'rest-error': { form: 'rest-error=P[:STATUS]', does: 'answers a request with an error' },
  'slow-ack': { form: 'slow-ack=D', does: 'sends every ack so much later; the data is not late' },
  chop: { form: 'chop=BYTES', does: 'writes in pieces of at most so many bytes' },
};

/** The part of the grammar that a simulator knows, as lines for a person. */
export function faultHelp({ faults, topics }: FaultCatalogue): string {
  const width = Math.max(...faults.map((fault) => TEXTS[fault].form.length));
  const [meant = ''] = topics;
  const lines = faults.map((fault) => {
    const { form, does } = TEXTS[fault];
    return `  ${form.padEnd(width)}  ${does}`;
  });
  return [
    'A list with commas, for example drop=0.001,disconnect=every:5s',
    ...lines,
    `TOPIC  ${topics.join(', ')}; ${meant} when none is named`,
    'P      a probability, 0 … 1',
    'D      an integer with ms, s or m',
    'WHEN   every:D (each connection, again and again) or after:D (once, the first so old)',
    '',
  ].join('\n');
}
