/** How the log reads the venue's messages: from the very texts that go over the wire. */
import type { SentTraffic, TrafficReader } from '@tickwire/sim-kit';
import { CONTROL_KINDS, MESSAGE_KINDS } from './message-kinds.ts';
import { TOPIC_KIND_NAMES, topicKindOf } from './topics.ts';

type Fields = Record<string, unknown>;

/** Topics are `<kind>:<symbol>`, the kinds as faults name them. */
export const KUCOIN_TRAFFIC: TrafficReader = {
  asked(payload) {
    const { type, topic } = fieldsOf(String(payload));
    if (type === 'ping') return { what: 'heartbeat', topics: [] };
    if (type !== 'subscribe' && type !== 'unsubscribe') return { what: 'other', topics: [] };
    return { what: type, topics: topicsOf(String(topic)) };
  },
  sent(payload, kind) {
    const text = String(payload);
    const name = MESSAGE_KINDS[kind] ?? '';
    if (CONTROL_KINDS.some((control) => control === name)) {
      return { kind: 'control', instrument: '' };
    }
    return dataOf(name, fieldsOf(text));
  },
};

function topicsOf(topic: string): string[] {
  const colon = topic.indexOf(':');
  const kind = topicKindOf(topic.slice(0, colon));
  const name = kind === undefined ? topic.slice(0, colon) : (TOPIC_KIND_NAMES[kind] ?? '');
  return topic
    .slice(colon + 1)
    .split(',')
    .map((symbol) => `${name}:${symbol}`);
}

function dataOf(kind: string, message: Fields): SentTraffic {
  const topic = String(message['topic'] ?? '');
  const instrument = topic.slice(topic.indexOf(':') + 1);
  const data = objectOf(message['data']);
  const texts = (...keys: string[]): string[] => keys.map((key) => String(data[key]));
  switch (kind) {
    case 'match':
      return { kind: 'trade', instrument, values: [texts('price', 'size')] };
    case 'ticker':
      return {
        ...{ kind: 'quote', instrument },
        values: [texts('bestBid', 'bestBidSize', 'bestAsk', 'bestAskSize')],
      };
    case 'level2': {
      const changes = objectOf(data['changes']);
      return {
        ...{ kind: 'level', instrument },
        sequenceStart: Number(data['sequenceStart']),
        sequenceEnd: Number(data['sequenceEnd']),
        values: [...rowsOf(changes['asks']), ...rowsOf(changes['bids'])],
      };
    }
    default:
      return { kind: 'other', instrument };
  }
}

const rowsOf = (rows: unknown): string[][] =>
  Array.isArray(rows) ? rows.map((row: unknown[]) => row.map(String)) : [];

/** A text cut short on purpose has no fields. */
function fieldsOf(text: string): Fields {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
