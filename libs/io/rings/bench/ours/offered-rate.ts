/**
 * Offers the prepared records at a fixed rate, open loop: each tick has a time it is due, which it
 * carries in its first two words, and a tick sent late counts from that time.
 */
import { RECORD_COUNT, TICK_WORDS } from '../harness/records.ts';
import { createBracketedClock } from './bracketed-clock.ts';

const TWO_32 = 2 ** 32;
/** Readers are attached; let their processes come to rest first. */
const LEAD_NS = 50e6;

export interface Offer {
  readonly records: Int32Array;
  /** Ticks a second. */
  readonly rate: number;
  readonly ticks: number;
  /** The 16 words of the tick to send. */
  readonly words: Int32Array;
}

/**
 * @param send - Sends the tick in `words`; what it returns is waited for before the next one.
 * @returns how many ticks were sent more than one interval after they were due.
 */
export async function offerTicks(offer: Offer, send: () => Promise<void>): Promise<number> {
  const { nowNs } = createBracketedClock();
  const { words, records } = offer;
  const intervalNs = 1e9 / offer.rate;
  const startNs = Math.round(nowNs() + LEAD_NS);
  let late = 0;
  for (let index = 0; index < offer.ticks; index++) {
    const dueNs = startNs + Math.round(index * intervalNs);
    const from = (index % RECORD_COUNT) * TICK_WORDS;
    for (let word = 0; word < TICK_WORDS; word++) words[word] = records[from + word]!;
    words[0] = dueNs;
    words[1] = Math.floor(dueNs / TWO_32);
    let now = nowNs();
    while (now < dueNs) now = nowNs();
    if (now > dueNs + intervalNs) late++;
    await send();
  }
  return late;
}

/** When the tick at word `at` was due, ns. */
export function dueOf(words: Int32Array, at: number): number {
  return (words[at + 1]! >>> 0) * TWO_32 + (words[at]! >>> 0);
}
