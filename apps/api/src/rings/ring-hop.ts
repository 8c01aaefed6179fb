/** The hop `api.<ring>`: ticks taken from a ring, and looked at for board and clients. */
import { HopCounters } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';

export class RingHop {
  readonly #in: Counter;
  readonly #out: Counter;
  readonly #wanted: Counter;
  readonly #passed: Counter;
  readonly #lapped: Counter;
  readonly #unread: Counter;
  readonly #unreadable: Counter;

  constructor(stats: CounterTable, ring: string) {
    const hop = new HopCounters(stats, `api.${ring}`, 'tick');
    this.#in = hop.in;
    this.#out = hop.out;
    this.#wanted = hop.part('wanted');
    this.#passed = hop.part('passed');
    this.#lapped = hop.dropped('lapped');
    this.#unread = hop.dropped('unread');
    this.#unreadable = hop.dropped('unreadable');
    const killed = hop.dropped('killed');
    const dropped = [this.#lapped, this.#unread, this.#unreadable, killed];
    const sum = dropped.reduce((total, counter) => total + counter.value, this.#out.value);
    // A life that was killed inside a run: taken, and never counted as looked at.
    if (this.#in.value > sum) killed.add(this.#in.value - sum);
  }

  /** A run was taken: `count` ticks, `lapped` overwritten before them. */
  take(count: number, lapped: number): void {
    this.#in.add(count + lapped);
    this.#lapped.add(lapped);
  }

  /** It was looked at: how many were wanted by a client, and how many could not be read. */
  done(counts: { wanted: number; passed: number; unreadable: number }): void {
    this.#wanted.add(counts.wanted);
    this.#passed.add(counts.passed);
    this.#unreadable.add(counts.unreadable);
    this.#out.add(counts.wanted + counts.passed);
  }

  /** A ring was replaced with ticks left in it. */
  leave(unread: number): void {
    this.#in.add(unread);
    this.#unread.add(unread);
  }
}
