/**
 * Ticks per second of one core: bars of 1 s and 60 s of 500 instruments from 1,048,576 distinct
 * ticks (3 of 4 are trades, event times slightly out of order), against the floor: the same walk
 * that only reads kind, receipt, price and size.
 */
import { performance } from 'node:perf_hooks';
import { STAMP_ABSENT_WORD, addNs } from '@tickwire/core';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { BarBuilder } from '../src/index.ts';
import { TickTape } from '../src/tick-tape.ts';

const TICKS = 2 ** 20;
const INSTRUMENTS = 500;
const ROUNDS = 5;
const TICK_US = 20;

const seed = Number(process.env.TICKWIRE_SEED ?? 7);
let state = seed;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};

const tape = new TickTape(TICKS);
for (let at = 0; at < INSTRUMENTS; at++) tape.instrument(`S${at}`);
for (let at = 0; at < TICKS; at++) {
  const recvUs = at * TICK_US; // 50,000 ticks/s of ring time
  const instrument = 1 + Math.floor(random() * INSTRUMENTS);
  if (at % 4 === 0) tape.clock(recvUs);
  else {
    const eventUs = Math.max(0, recvUs - Math.floor(random() * 5_000));
    const price = 100_000_00 + Math.floor(random() * 1e6);
    tape.trade({
      instrument,
      price,
      size: 1 + Math.floor(random() * 1e8),
      recvUs,
      eventUs,
      id: at,
    });
  }
}

function floor(): number {
  const tick = new TickView();
  let sum = 0;
  for (let at = 0; at < TICKS; at++) {
    tick.wrap(tape.batch.view, at * 64);
    sum += tick.tsRecvLo + tick.tsRecvHi;
    if (tick.kind === TickKind.Trade) sum += tick.price * tick.size;
  }
  return sum;
}

/** The same tape later: so that a second run is new bars, not late trades. */
function shiftTape(): void {
  const { view } = tape.batch;
  const stamp = { hi: 0, lo: 0 };
  for (let at = 0; at < TICKS * 64; at += 8) {
    if (at % 64 > 8) continue;
    stamp.lo = view.getUint32(at, true);
    stamp.hi = view.getUint32(at + 4, true);
    if (stamp.hi === STAMP_ABSENT_WORD) continue;
    addNs(stamp, TICKS * TICK_US * 1000);
    view.setUint32(at, stamp.lo, true);
    view.setUint32(at + 4, stamp.hi, true);
  }
}

function barBuilder(): () => number {
  let count = 0;
  const builder = new BarBuilder({
    timeframesMs: [1000, 60_000],
    lookup: tape.lookup,
    onBar: (bar) => {
      count += bar.trades;
    },
  });
  return () => {
    builder.applyRun(tape.batch.view, TICKS, 0);
    return count;
  };
}

/** The first round warms up and touches the memory; it does not count. */
function measure(name: string, run: () => number): void {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    shiftTape();
    const from = performance.now();
    run();
    if (round > 0) rates.push(TICKS / ((performance.now() - from) / 1000));
  }
  rates.sort((a, b) => a - b);
  const median = rates[Math.floor(ROUNDS / 2)] ?? 0;
  const text = (rate: number): string => `${(rate / 1e6).toFixed(2)} M ticks/s`;
  console.log(`${name}: median ${text(median)}, best ${text(rates.at(-1) ?? 0)}`);
}

console.log(`node ${process.version} ${process.arch}, seed ${seed}, ${INSTRUMENTS} instruments`);
measure('floor (read only)', floor);
measure('bars 1 s + 60 s', barBuilder());
