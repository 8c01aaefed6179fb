/**
 * Offers the prepared records at a fixed rate, open loop: each tick has a time it is due, which it
 * carries in its first two words, and a tick sent late counts from that time.
 */
import { RECORD_COUNT, TICK_WORDS } from '../harness/records.ts';
import { createBracketedClock } from './bracketed-clock.ts';

const TWO_32 = 2 ** 32;
/** Readers are attached; let their processes come to rest first. */
const LEAD_NS = 50e6;

/** What is sent first and not measured, so that the compiler has made up its mind. */
export interface Warmup {
  readonly ticks: number;
  /** Ticks a second; what is measured comes at its own rate. */
  readonly rate: number;
}

/**
 * For sides in JavaScript: V8 is busy with the path of a tick until about the 22,000th, and now and
 * then long after, on the core that the side is pinned to.
 */
export const WARMUP: Warmup = { ticks: 60_000, rate: 40_000 };

export interface Offer {
  readonly records: Int32Array;
  /** Ticks a second. */
  readonly rate: number;
  /** Those of the warm-up included. */
  readonly ticks: number;
  readonly warmup: Warmup;
  /** Told when the measured ticks begin. */
  readonly onMeasured: () => void;
  /** The 16 words of the tick to send. */
  readonly words: Int32Array;
}

/**
 * @param send - Sends the tick in `words`; what it returns is waited for before the next one.
 * @returns how many of the measured ticks were sent more than one interval after they were due.
 */
export async function offerTicks(offer: Offer, send: () => Promise<void>): Promise<number> {
  const { nowNs } = createBracketedClock();
  const { words, records, warmup } = offer;
  let late = 0;
  let intervalNs = 1e9 / warmup.rate;
  let first = 0;
  let startNs = Math.round(nowNs() + LEAD_NS);
  for (let index = 0; index < offer.ticks; index++) {
    if (index === warmup.ticks) {
      intervalNs = 1e9 / offer.rate;
      first = index;
      offer.onMeasured();
      startNs = Math.round(nowNs() + LEAD_NS);
    }
    const dueNs = startNs + Math.round((index - first) * intervalNs);
    const from = (index % RECORD_COUNT) * TICK_WORDS;
    for (let word = 0; word < TICK_WORDS; word++) words[word] = records[from + word]!;
    words[0] = dueNs;
    words[1] = Math.floor(dueNs / TWO_32);
    if (waitUntil(dueNs, nowNs) > dueNs + intervalNs && index >= warmup.ticks) late++;
    await send();
  }
  return late;
}

/**
 * Returns when it ended. A function of its own: in one that awaits, V8 made an object of each
 * reading of the clock, 300 MB a second.
 */
function waitUntil(dueNs: number, nowNs: () => number): number {
  let now = nowNs();
  while (now < dueNs) now = nowNs();
  return now;
}

/** When the tick at word `at` was due, ns. */
export function dueOf(words: Int32Array, at: number): number {
  return (words[at + 1]! >>> 0) * TWO_32 + (words[at]! >>> 0);
}
