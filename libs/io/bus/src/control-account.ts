import { HopCounters } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';

/**
 * Why a request was not served. `flood` and `no-reply` get no answer, the others are told.
 *
 * | reason | meaning |
 * |---|---|
 * | flood | more requests than are taken in a second |
 * | no-reply | published without a subject to answer on |
 * | oversize | more bytes than a request may have |
 * | malformed | no JSON, or not what the verb expects |
 * | unknown-verb | the service has no such verb |
 * | refused | by the verb as a whole: its code is in the answer |
 * | failed | the verb failed: an error of ours, logged |
 * | unsent | the answer could not be sent any more |
 * | stopping | the service ended before the answer was there |
 * | killed | in flight when the process was killed; counted by its next life |
 */
export const CONTROL_DROP_REASONS = [
  'flood',
  'no-reply',
  'oversize',
  'malformed',
  'unknown-verb',
  'refused',
  'failed',
  'unsent',
  'stopping',
  'killed',
] as const;
export type ControlDropReason = (typeof CONTROL_DROP_REASONS)[number];

/** Requests: in = answered (out) + dropped by reason + in flight. */
export class ControlAccount {
  readonly #in: Counter;
  readonly #out: Counter;
  readonly #inFlight: Counter;
  readonly #dropped: Readonly<Record<ControlDropReason, Counter>>;

  /** Declares as killed what an earlier life of the process left in flight. */
  constructor(stats: CounterTable) {
    const hop = new HopCounters(stats, 'control', 'message');
    this.#in = hop.in;
    this.#out = hop.out;
    this.#inFlight = hop.inFlight;
    this.#dropped = Object.fromEntries(
      CONTROL_DROP_REASONS.map((reason) => [reason, hop.dropped(reason)]),
    ) as Record<ControlDropReason, Counter>;
    const dropped = Object.values(this.#dropped).reduce((sum, { value }) => sum + value, 0);
    this.#dropped.killed.add(this.#in.value - this.#out.value - dropped);
    this.#inFlight.set(0);
  }

  take(): void {
    this.#in.add(1);
    this.#inFlight.add(1);
  }

  answered(): void {
    this.#inFlight.add(-1);
    this.#out.add(1);
  }

  drop(reason: ControlDropReason): void {
    this.#inFlight.add(-1);
    this.#dropped[reason].add(1);
  }
}
