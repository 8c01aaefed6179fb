/**
 * Offers the prepared records at a fixed rate, open loop: each tick has a time it is due, which it
 * carries in its first two words, and a tick sent late counts from that time.
 */
import { RECORD_COUNT, TICK_WORDS } from '../harness/records.ts';
import { createBracketedClock } from './bracketed-clock.ts';
import type { Round } from './rounds.ts';

const TWO_32 = 2 ** 32;
/** Readers are attached; let their processes come to rest first. */
const LEAD_NS = 30e6;
/** No `Atomics.pause` takes longer. */
const PAUSE_NS_MAX = 100;
const PAUSES_MAX = 256;
/** So much before a tick is due the clock is read without rest. */
const NEAR_NS = 1_000;

export interface Offer {
  readonly records: Int32Array;
  readonly rounds: readonly Round[];
  /** Told when a round begins. */
  readonly onRound: () => void;
  /** The 16 words of the tick to send. */
  readonly words: Int32Array;
  /** Sends the tick in `words`; what it returns is waited for before the next one. */
  readonly send: () => Promise<void>;
}

/** @returns how many ticks of the last round were sent more than one interval after their time. */
export async function offerTicks(offer: Offer): Promise<number> {
  const { nowNs } = createBracketedClock();
  let late = 0;
  let first = 0;
  for (const round of offer.rounds) {
    late = await offerRound(offer, { ...round, first, nowNs });
    first += round.ticks;
  }
  return late;
}

async function offerRound(
  { records, words, onRound, send }: Offer,
  { first, ticks, rate, nowNs }: Round & { readonly first: number; readonly nowNs: () => number },
): Promise<number> {
  const intervalNs = 1e9 / rate;
  const startNs = Math.round(nowNs() + LEAD_NS);
  let late = 0;
  onRound();
  for (let index = 0; index < ticks; index++) {
    const dueNs = startNs + Math.round(index * intervalNs);
    const from = ((first + index) % RECORD_COUNT) * TICK_WORDS;
    for (let word = 0; word < TICK_WORDS; word++) words[word] = records[from + word]!;
    words[0] = dueNs;
    words[1] = Math.floor(dueNs / TWO_32);
    if (waitUntil(dueNs, nowNs) > dueNs + intervalNs) late++;
    await send();
  }
  return late;
}

/**
 * Returns when it ended. Each reading of the clock becomes an object; read without rest they are
 * half a gigabyte a second, collected eighty times. So most of the wait passes without one.
 */
function waitUntil(dueNs: number, nowNs: () => number): number {
  let now = nowNs();
  while (now < dueNs) {
    const pauses = Math.min(PAUSES_MAX, (dueNs - now - NEAR_NS) / PAUSE_NS_MAX);
    for (let done = 0; done < pauses; done++) Atomics.pause();
    now = nowNs();
  }
  return now;
}

/** When the tick at word `at` was due, ns. */
export function dueOf(words: Int32Array, at: number): number {
  return (words[at + 1]! >>> 0) * TWO_32 + (words[at]! >>> 0);
}
