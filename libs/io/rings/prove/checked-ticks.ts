/** What the readers of proofs check: every word of every tick, order, and the account of losses. */
import { TICK_BYTES } from '@tickwire/core';
import { countBrokenTicks } from '@tickwire/ipc-ring';
import type { RingAccount, RingGap, RingRun, RingSubscription } from '../src/index.ts';

const TICK_WORDS = TICK_BYTES / 4;
/** Neither a kind of a tick nor PAD, in every byte: the tick that opens an epoch in proofs. */
const ANNOUNCEMENT_WORD = 0x5a5a_5a5a;

/** The 64 bytes by which a proof's writer announces its epoch: it knows no position yet. */
export function announcement(epoch: number): Uint8Array {
  const words = new Int32Array(TICK_WORDS).fill(ANNOUNCEMENT_WORD);
  words[0] = epoch;
  return new Uint8Array(words.buffer);
}

export interface CheckedCounts {
  /** Ticks of which all 16 words were compared. */
  readonly verified: number;
  /** Ticks whose words are not those of their position. */
  readonly broken: number;
  /** Runs that did not follow what was before them: order, loss or duplication not reported. */
  readonly disorder: number;
  readonly gaps: number;
  /** Sum of the gaps as they were reported. */
  readonly gapTicks: number;
  readonly lastGap: RingGap | undefined;
  /** Epochs that were announced by a tick. */
  readonly announcements: number;
}

/** Checks the runs of one subscription, across the rings that it reads. */
export class TickChecker {
  verified = 0;
  broken = 0;
  disorder = 0;
  gaps = 0;
  gapTicks = 0;
  lastGap: RingGap | undefined;
  announcements = 0;
  readonly #subscription: RingSubscription;
  #words: Int32Array;
  #next: number;
  #padded = 0;
  #lastEpoch = 0;

  constructor(subscription: RingSubscription) {
    this.#subscription = subscription;
    this.#words = new Int32Array(subscription.reader.bytes.buffer);
    this.#next = subscription.account().start;
  }

  /** Tell it of `onNewRing`, before the first run of the new ring. */
  moveTo(account: RingAccount): void {
    this.#next = account.start;
    this.#padded = 0;
    this.#lastEpoch = 0;
    this.#words = new Int32Array(this.#subscription.reader.bytes.buffer);
  }

  take(run: RingRun): void {
    const { reader } = this.#subscription;
    const skipped = reader.padded - this.#padded;
    this.#padded += skipped;
    const { gapCount, gapFirst } = reader;
    if (gapCount > 0) {
      // PADs that were skipped in the same poll may lie before the gap or behind it.
      if (gapFirst < this.#next || gapFirst > this.#next + skipped) this.disorder++;
      this.gaps++;
      this.gapTicks += gapCount;
      this.lastGap = run.gap;
    }
    this.#next += gapCount + skipped;
    const { count, firstPosition } = run;
    if (count === 0) return;
    if (firstPosition !== this.#next) this.disorder++;
    this.verified += count;
    if (countBrokenTicks(this.#words, firstPosition, count) > 0) this.#lookAtEach(run);
    this.#next = firstPosition + count;
  }

  counts(): CheckedCounts {
    const { verified, broken, disorder, gaps, gapTicks, lastGap, announcements } = this;
    return { verified, broken, disorder, gaps, gapTicks, lastGap, announcements };
  }

  /** At least one tick is not of its position: announcements are not, everything else is torn. */
  #lookAtEach({ count, firstPosition }: RingRun): void {
    for (let index = 0; index < count; index++) {
      const words = this.#words.subarray(index * TICK_WORDS, (index + 1) * TICK_WORDS);
      if (countBrokenTicks(words, firstPosition + index, 1) === 0) continue;
      const [epoch = 0] = words;
      const whole = words.every((word, at) => at === 0 || word === ANNOUNCEMENT_WORD);
      if (whole && epoch > this.#lastEpoch) {
        this.#lastEpoch = epoch;
        this.announcements++;
      } else {
        this.broken++;
      }
    }
  }
}

/** Whether every position of a ring is accounted for. */
export function isBalanced(account: RingAccount): boolean {
  const { published, start, delivered, padded, lost, inFlight } = account;
  return published - start === delivered + padded + lost + inFlight;
}
