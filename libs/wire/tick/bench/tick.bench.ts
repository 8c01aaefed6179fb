/**
 * What encoding and decoding one tick costs, on 1,048,576 distinct ticks of 512 interleaved
 * instruments, beside a floor (copying the same 64 bytes) and a peer (JSON of the same values).
 * As a gateway does, ticks are encoded into a batch of 256 that is used again; as a reader does,
 * they are decoded from the private buffer of a run, into which runs are copied (the copy is in
 * the figure). Each figure is the median of 11 rounds, with the fastest and slowest.
 *
 *   npm run bench -- tick [--json]
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Action, Side, TickFlag, TickKind, TickView } from '../src/index.ts';

const COUNT = 1 << 20;
const INSTRUMENTS = 512;
const ROUNDS = 11;
const RUN = 256;
const RUN_BYTES = RUN * 64;

const { values: options } = parseArgs({ options: { json: { type: 'boolean' } }, strict: false });
const bytes = new Uint8Array(COUNT * 64);
const tick = new TickView();
const run = new Uint8Array(RUN_BYTES);
const runView = new DataView(run.buffer);

function encodeTrades(from: number, into: DataView): void {
  for (let at = 0; at < RUN; at++) {
    const n = from + at;
    tick.wrap(into, at * 64).begin(TickKind.Trade);
    tick.setTsEvent(0x18a0_0000, n);
    tick.setTsRecv(0x18a0_0000, n + 1);
    tick.instrument = n % INSTRUMENTS;
    tick.sequence = n;
    tick.setSideAction(Side.Bid, Action.Trade);
    tick.flags = TickFlag.Last;
    tick.price = 679_933_000_000 + n * 7;
    tick.size = 121_427 + n;
    tick.setTradeId(0x27_5210, n);
  }
}

function encodeAll(): number {
  for (let n = 0; n < COUNT; n += RUN) encodeTrades(n, runView);
  return runView.getUint32(20, true);
}

/** Sums every field, so that nothing can be left out as unused. */
function decodeTrades(): number {
  let sum = 0;
  for (let at = 0; at < RUN_BYTES; at += 64) {
    tick.wrap(runView, at);
    sum += tick.tsEventLo + tick.tsRecvLo + tick.instrument + tick.sequence + tick.kind;
    sum += tick.side + tick.flags + tick.price + tick.size + tick.tradeIdLo;
  }
  return sum;
}

function decodeAll(): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += RUN_BYTES) {
    run.set(bytes.subarray(at, at + RUN_BYTES));
    sum += decodeTrades();
  }
  return sum;
}

function copyTicks(): number {
  for (let at = 0; at < bytes.length; at += RUN_BYTES) {
    run.set(bytes.subarray(at, at + RUN_BYTES));
  }
  return run[77] ?? 0;
}

const JSON_COUNT = COUNT >> 3;
const texts: string[] = [];

function encodeJson(): number {
  for (let n = 0; n < JSON_COUNT; n++) {
    texts[n] = JSON.stringify({
      tsEvent: `17744${n}`,
      tsRecv: `17745${n}`,
      symbol: `SIM${n % INSTRUMENTS}-USDT`,
      sequence: n,
      side: 'buy',
      price: `67993.${n}`,
      size: `1.${n}`,
      tradeId: `1106799671${n}`,
    });
  }
  return texts.length;
}

function decodeJson(): number {
  let sum = 0;
  for (const text of texts) {
    const value = JSON.parse(text) as { sequence: number; price: string; size: string };
    sum += value.sequence + Number(value.price) + Number(value.size);
  }
  return sum;
}

interface Row {
  name: string;
  nsMedian: number;
  nsMin: number;
  nsMax: number;
  check: number;
}

function measure(name: string, count: number, run: () => number): Row {
  const rounds: number[] = [];
  let check = run(); // warm-up
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    check = run();
    rounds.push(Number(process.hrtime.bigint() - start) / count);
  }
  rounds.sort((a, b) => a - b);
  const [nsMin = 0, nsMedian = 0, nsMax = 0] = [rounds[0], rounds[ROUNDS >> 1], rounds.at(-1)];
  return { name, nsMedian, nsMin, nsMax, check };
}

for (let n = 0; n < COUNT; n += RUN) {
  encodeTrades(n, runView);
  bytes.set(run, n * 64);
}
const rows = [
  measure('encode trade', COUNT, encodeAll),
  measure('decode trade, every field', COUNT, decodeAll),
  measure('floor: copy 64 bytes', COUNT, copyTicks),
  measure('peer: JSON.stringify', JSON_COUNT, encodeJson),
  measure('peer: JSON.parse', JSON_COUNT, decodeJson),
];
const machine = `${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}, Node ${process.version}`;
if (options.json === true) {
  process.stdout.write(`${JSON.stringify({ bench: 'tick', machine, count: COUNT, rows })}\n`);
} else {
  process.stdout.write(`${machine}; ${COUNT} ticks of ${INSTRUMENTS} instruments\n`);
  for (const row of rows) {
    const [median, min, max] = [row.nsMedian, row.nsMin, row.nsMax].map((ns) => ns.toFixed(1));
    process.stdout.write(`${row.name.padEnd(28)} ${median} ns  (${min} … ${max})\n`);
  }
}
