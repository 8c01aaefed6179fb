/** What no honest venue sends, and under which reason the parser has to count it. */
import type { HostileMessage } from '@tickwire/testing/conformance';

const MIB = 1024 * 1024;

function ticker(symbol: string, data: string): string {
  const topic = `"topic":"/market/ticker:${symbol}"`;
  return `{"type":"message",${topic},"subject":"trade.ticker","data":${data}}`;
}

const QUOTE = '"bestAsk":"2","bestAskSize":"1","bestBid":"1","bestBidSize":"1"';

export const HOSTILE_MESSAGES: readonly HostileMessage[] = [
  {
    ...{ kind: 'malformed', what: 'an object that ends before it begins' },
    payload: () => '}{"topic":',
    ...{ as: 'text', reason: 'BAD_TYPE' },
  },
  {
    ...{ kind: 'malformed', what: 'a field without a value' },
    payload: (symbol) => ticker(symbol, `{"sequence":,${QUOTE}}`),
    ...{ as: 'text', reason: 'BAD_JSON' },
  },
  {
    ...{ kind: 'wrong-type', what: 'a list where the sequence is a text' },
    payload: (symbol) => ticker(symbol, `{"sequence":[],${QUOTE}}`),
    ...{ as: 'text', reason: 'BAD_TYPE' },
  },
  {
    ...{ kind: 'huge', what: '9 MiB' },
    payload: () => ' '.repeat(9 * MIB),
    ...{ as: 'text', reason: 'OVERSIZE' },
  },
  {
    ...{ kind: 'unknown-kind', what: 'a type that the venue has not' },
    payload: () => '{"type":"notice","data":{}}',
    ...{ as: 'text', reason: 'UNKNOWN_TYPE' },
  },
  {
    ...{ kind: 'unknown-kind', what: 'a topic that the venue has not' },
    payload: (symbol) => `{"type":"message","topic":"/market/level9:${symbol}","data":{}}`,
    ...{ as: 'text', reason: 'UNKNOWN_TOPIC' },
  },
  {
    ...{ kind: 'unknown-field', what: 'fields that nobody has documented' },
    payload: (symbol) => ticker(symbol, `{"sequence":"1",${QUOTE},"mood":{"of":["day",1]}}`),
    ...{ as: 'text', reason: 'accepted' },
  },
  {
    ...{ kind: 'truncated', what: 'half of a ticker' },
    payload: (symbol) => ticker(symbol, `{"sequence":"1",${QUOTE}}`).slice(0, 90),
    ...{ as: 'text', reason: 'TRUNCATED' },
  },
  {
    ...{ kind: 'binary', what: 'bytes that are no text' },
    payload: () => Uint8Array.from([0xff, 0x00, 0xfe, 0x80, 0x7b]),
    ...{ as: 'binary', reason: 'BAD_TYPE' },
  },
];
