import { diffNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import type { RecvStamp } from '@tickwire/domain-feed';

/** What a packet's sequence and SendingTime say together. */
export const Numbered = {
  /** Of the numbering that is followed, or so near to it that only the sequence can tell. */
  Current: 0,
  /** Sent before the current numbering began. */
  Straggler: 1,
  /** May be of a new numbering: the next such packet confirms it. */
  Doubtful: 2,
  /** The exchange numbers anew, from here on. */
  New: 3,
  /** Farther on than can be followed, and newer: so much was lost. */
  Jumped: 4,
} as const;
export type Numbered = (typeof Numbered)[keyof typeof Numbered];

/** Two packets of a new numbering are not farther from one another. */
const NEAR = 64;
/** Lines are not farther apart than this: what comes later cannot be told by its SendingTime. */
const STRAGGLERS_NS = 10e9;
const NS_PER_MS = 1e6;

/**
 * Tells a new numbering of packets (each week, or after a fail-over) from old packets that stray:
 * what is sent later has a higher sequence, so one that is sent clearly later with a lower one is
 * of a new numbering. Two packets have to say so: a damaged one shall not.
 */
export class Numbering {
  readonly #laterNs: number;
  readonly #reach: number;
  readonly #futureNs: number;
  /** SendingTime of the newest packet of the current numbering, and of the first. */
  readonly #newest: StampNs = { hi: 0, lo: 0 };
  readonly #began: StampNs = { hi: 0, lo: 0 };
  /** Until when packets sent before the numbering began may stray, monotonic ns. */
  #strayUntilNs = -Infinity;
  #candidate = NaN;

  /**
   * @param limits.laterMs - How much later a packet with a lower sequence has to be sent.
   * @param limits.reach - Sequences farther from the next one cannot be followed.
   * @param limits.futureMs - A SendingTime so far behind its receipt is wrong.
   */
  constructor(limits: { laterMs: number; reach: number; futureMs: number }) {
    this.#laterNs = limits.laterMs * NS_PER_MS;
    this.#reach = limits.reach;
    this.#futureNs = limits.futureMs * NS_PER_MS;
  }

  /** @param next - The sequence that is expected; `undefined` before the first packet. */
  judge(
    { sequence, sent }: { sequence: number; sent: Readonly<StampNs> },
    recv: Readonly<RecvStamp>,
    next: number | undefined,
  ): Numbered {
    if (next === undefined) return Numbered.Current;
    if (recv.monotonicNs < this.#strayUntilNs && diffNs(sent, this.#began) < 0) {
      return Numbered.Straggler;
    }
    if (diffNs(sent, recv) > this.#futureNs) return Numbered.Current;
    const isBack = sequence < next && diffNs(sent, this.#newest) > this.#laterNs;
    const isFar = sequence >= next + this.#reach && diffNs(sent, this.#newest) >= 0;
    if (!isBack && !isFar) return Numbered.Current;
    if (!(Math.abs(sequence - this.#candidate) <= NEAR)) {
      this.#candidate = sequence;
      return Numbered.Doubtful;
    }
    this.#candidate = NaN;
    return isBack ? Numbered.New : Numbered.Jumped;
  }

  /** Goes on in a numbering whose newest packet was sent then. */
  follow(sent: Readonly<StampNs>): void {
    this.#newest.hi = sent.hi;
    this.#newest.lo = sent.lo;
  }

  /** A packet of the current numbering was gone through. */
  passed(sent: Readonly<StampNs>, recv: Readonly<StampNs>): void {
    this.#candidate = NaN;
    const isNewer = diffNs(sent, this.#newest) > 0;
    if (!isNewer || diffNs(sent, recv) > this.#futureNs) return;
    this.#newest.hi = sent.hi;
    this.#newest.lo = sent.lo;
  }

  /** A new numbering begins. */
  begin(sent: Readonly<StampNs>, recvNs: number): void {
    this.#strayUntilNs = recvNs + STRAGGLERS_NS;
    this.#began.hi = sent.hi;
    this.#began.lo = sent.lo;
    this.#newest.hi = sent.hi;
    this.#newest.lo = sent.lo;
  }
}
