/**
 * The protocol of the line venue for one client, and how the log reads it.
 *
 *   client:  LIST · SUB <symbol> … · UNSUB <symbol> … · PING
 *   venue:   HELLO · LIST|<symbol>|<price increment>|<size increment>|… · OK · PONG · ERR
 */
import { increment } from '../src/index.ts';
import type {
  ClientSession,
  Increment,
  Reply,
  SessionAnswer,
  SimulatedInstrument,
  TrafficReader,
} from '../src/index.ts';

/** Kinds of message that are counted each. */
export const LINE_KINDS = ['data', 'control', 'garbage'] as const;

const say = (payload: string): Reply => ({ payload, kind: LINE_KINDS.indexOf('control') });

export class LineSession implements ClientSession {
  readonly subscribed = new Set<number>();
  readonly welcome = say('HELLO');
  readonly #instruments: readonly SimulatedInstrument[];
  readonly #lessDecimals: number;

  constructor(instruments: readonly SimulatedInstrument[], lessDecimals: number) {
    this.#instruments = instruments;
    this.#lessDecimals = lessDecimals;
  }

  receive(payload: Buffer): SessionAnswer {
    const [verb = '', ...symbols] = String(payload).split(' ');
    const topics = symbols
      .map((symbol) => this.#instruments.findIndex((of) => of.symbol === symbol))
      .filter((topic) => topic >= 0);
    const none = { begun: [], ended: [], hangUp: false };
    if (verb === 'PING') return { ...none, reply: say('PONG') };
    if (verb === 'LIST') return { ...none, reply: say(this.#list()) };
    if (verb === 'SUB') {
      for (const topic of topics) this.subscribed.add(topic);
      return { ...none, begun: topics, reply: say('OK') };
    }
    if (verb !== 'UNSUB') return { ...none, reply: say('ERR') };
    for (const topic of topics) this.subscribed.delete(topic);
    return { ...none, ended: topics, reply: say('OK') };
  }

  #list(): string {
    const rows = this.#instruments.map(({ symbol, price, size }) =>
      [symbol, this.#listed(price), this.#listed(size)].join('|'),
    );
    return ['LIST', ...rows].join('|');
  }

  #listed({ text, decimals }: Increment): string {
    const left = Math.max(0, decimals - this.#lessDecimals);
    if (left === decimals) return text;
    return increment(left === 0 ? '1' : `0.${'1'.padStart(left, '0')}`).text;
  }
}

/** Topics are `data:<symbol>`. */
export function lineTraffic(symbols: readonly string[]): TrafficReader {
  return {
    asked(payload) {
      const [verb, ...names] = String(payload).split(' ');
      const topics = names.map((name) => `data:${name}`);
      if (verb === 'SUB') return { what: 'subscribe', topics };
      if (verb === 'UNSUB') return { what: 'unsubscribe', topics };
      return { what: verb === 'PING' ? 'heartbeat' : 'other', topics: [] };
    },
    sent(payload, kind) {
      const [verb, instrument = '', sequence, ...values] = String(payload).split('|');
      if (LINE_KINDS[kind] !== 'data' || !symbols.includes(instrument)) {
        return { kind: 'control', instrument: '' };
      }
      const at = Number(sequence);
      return {
        ...{ kind: verb === 'T' ? 'trade' : 'quote', instrument, values: [values] },
        ...{ sequenceStart: at, sequenceEnd: at },
      };
    },
  };
}
