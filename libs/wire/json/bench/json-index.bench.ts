// Where the wanted fields of a message are: ns a message, one core. Messages are rendered
// beforehand, each is distinct: a quote in an object inside of the message, and an array of trades.
// Floors in the same run: a loop that only reads every byte, and JSON.parse.
//
//   node libs/wire/json/bench/json-index.bench.ts [messages]
import { cpus } from 'node:os';
import { JsonFields, JsonReader } from '../src/index.ts';

const ROUNDS = 11;
const TRADES = 5;
const count = Number(process.argv[2] ?? 100_000);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const QUOTE_FIELDS = new JsonFields([
  ...['type', 'topic', 'data', 'data.sequence', 'data.bid', 'data.bidSize', 'data.ask'],
  ...['data.askSize', 'data.time'],
]);
const BID = QUOTE_FIELDS.slotOf('data.bid');
const ASK_SIZE = QUOTE_FIELDS.slotOf('data.askSize');
const TRADE_FIELDS = new JsonFields(['ev', 'sym', 'p', 's', 't', 'i']);
const PRICE = TRADE_FIELDS.slotOf('p');
const SIZE = TRADE_FIELDS.slotOf('s');

const quotes = Array.from({ length: count }, (_, at) => {
  const data = {
    sequence: String(14_701_689_783 + at),
    bid: String((10_000 + (at % 977)) / 100),
    bidSize: '0.17700411',
    ask: String((10_001 + (at % 977)) / 100),
    askSize: String(((at % 9_973) + 1) / 1e4),
    time: 1_729_816_425_625 + at,
  };
  const topic = `/quote:SIM${at % 500}-USD`;
  return encode(JSON.stringify({ type: 'message', topic, subject: 'quote', data }));
});
const trades = Array.from({ length: count }, (_, at) => {
  const objects = Array.from({ length: TRADES }, (_, number) => {
    const [p, s, t] = [(10_000 + (at % 977)) / 100, 1 + (at % 900), 1_729_816_425_625 + at];
    const [sym, i] = [`SIM${at % 500}`, String(at * TRADES + number)];
    return { ev: 'T', sym, x: 4, i, z: 3, p, s, c: [12, 37], t, q: at };
  });
  return encode(JSON.stringify(objects));
});

function readQuotes(): number {
  const reader = new JsonReader(QUOTE_FIELDS);
  let sum = 0;
  for (const message of quotes) {
    reader.read(message);
    reader.decimal(BID);
    sum += reader.scan.mantissa;
    reader.decimal(ASK_SIZE);
    sum += reader.scan.mantissa;
  }
  return sum;
}

function readTrades(): number {
  const reader = new JsonReader(TRADE_FIELDS);
  let sum = 0;
  for (const message of trades) {
    for (reader.openArray(message); reader.nextObject();) {
      reader.decimal(PRICE);
      sum += reader.scan.mantissa + reader.integer(SIZE);
    }
  }
  return sum;
}

function readBytes(messages: readonly Uint8Array[]): number {
  let sum = 0;
  for (const message of messages) {
    for (let at = 0; at < message.length; at++) sum += message[at] as number;
  }
  return sum;
}

function parse(messages: readonly Uint8Array[]): number {
  const decoder = new TextDecoder();
  let sum = 0;
  for (const message of messages) sum += Object.keys(JSON.parse(decoder.decode(message))).length;
  return sum;
}

/** CPU time of this thread's work, not the wall's: the machine may be shared. */
function medianNs(work: () => number): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    if (work() === 0) throw new Error('nothing read');
    const used = process.cpuUsage(before);
    return ((used.user + used.system) * 1e3) / count;
  });
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] ?? NaN;
}

const bytesEach = (messages: readonly Uint8Array[]): string =>
  (messages.reduce((sum, { length }) => sum + length, 0) / count).toFixed(0);
const line = (what: string, ns: number): string =>
  `  ${what.padEnd(28)} ${ns.toFixed(0).padStart(6)} ns/message`;
console.log(`${cpus()[0]?.model ?? '?'}, node ${process.version}, ${count} messages; CPU time,`);
console.log(`median of ${ROUNDS} rounds`);
for (const [what, messages, read] of [
  ['quotes: 9 fields, 2 decimals', quotes, readQuotes],
  [`arrays of ${TRADES} trades: 6 fields, 2 numbers each`, trades, readTrades],
] as const) {
  console.log(`${what}, ${bytesEach(messages)} bytes`);
  console.log(line('JsonReader', medianNs(read)));
  console.log(
    line(
      'floor: read the bytes',
      medianNs(() => readBytes(messages)),
    ),
  );
  console.log(
    line(
      'peer: JSON.parse alone',
      medianNs(() => parse(messages)),
    ),
  );
}
