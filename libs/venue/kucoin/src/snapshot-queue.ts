/**
 * REST snapshots of the books that asked for one: a bounded number at once, within the vendor's
 * weight per window, each retried with a growing, jittered wait until it is used or cancelled.
 */
import type { Clock, Random, TimerHandle, Timers } from '@tickwire/core';
import type { HttpAnswer, RateBudget } from '@tickwire/domain-feed';
import type { SessionLimits } from './session-options.ts';

export interface SnapshotQueueParts {
  fetch(symbol: string): Promise<HttpAnswer>;
  /** An answer of status 200. */
  use(symbol: string, body: Uint8Array): void;
  failed(symbol: string, detail: string): void;
  budget: RateBudget;
  /** What one request takes from the budget. */
  weight: number;
  clock: Clock;
  timers: Timers;
  random: Random;
  limits: SessionLimits;
}

interface Wanted {
  attempt: number;
  dueNs: number;
  running: boolean;
}

export class SnapshotQueue {
  readonly #parts: SnapshotQueueParts;
  readonly #wanted = new Map<string, Wanted>();
  #running = 0;
  #timer: TimerHandle | undefined;
  #closed = false;

  constructor(parts: SnapshotQueueParts) {
    this.#parts = parts;
  }

  /** Asks for a snapshot of `symbol`; attempts after the first wait longer. */
  want(symbol: string, attempt: number): void {
    if (this.#closed) return;
    const dueNs = this.#parts.clock.monotonicNs() + this.#delayMs(attempt) * 1e6;
    this.#wanted.set(symbol, { attempt, dueNs, running: false });
    this.#schedule(0);
  }

  /** Forgets a wish; an answer under way is then not used. */
  cancel(symbols: Iterable<string>): void {
    for (const symbol of symbols) this.#wanted.delete(symbol);
  }

  close(): void {
    this.#closed = true;
    this.#wanted.clear();
    if (this.#timer !== undefined) this.#parts.timers.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #delayMs(attempt: number): number {
    const { snapshotDelayMs, snapshotRetryMs, snapshotRetryCapMs } = this.#parts.limits;
    if (attempt <= 1) return snapshotDelayMs;
    const cap = Math.min(snapshotRetryCapMs, snapshotRetryMs * 2 ** Math.min(attempt - 2, 20));
    return cap * (0.5 + this.#parts.random() / 2);
  }

  #schedule(delayMs: number): void {
    const { timers } = this.#parts;
    if (this.#timer !== undefined) timers.clearTimer(this.#timer);
    this.#timer = timers.setTimer(delayMs, () => {
      this.#timer = undefined;
      this.#run();
    });
  }

  /** Starts what is due and allowed, and comes back for the rest. */
  #run(): void {
    const { clock, budget, weight, limits } = this.#parts;
    const nowNs = clock.monotonicNs();
    let nextMs = Infinity;
    for (const [symbol, wanted] of this.#wanted) {
      if (wanted.running) continue;
      if (this.#running >= limits.snapshotsAtOnce) return; // the next answer comes back here
      const waitMs = Math.max((wanted.dueNs - nowNs) / 1e6, budget.waitMs(nowNs, weight));
      if (waitMs > 0) {
        nextMs = Math.min(nextMs, waitMs);
        continue;
      }
      budget.take(nowNs, weight);
      wanted.running = true;
      this.#running += 1;
      void this.#fetch(symbol, wanted);
    }
    if (nextMs < Infinity) this.#schedule(Math.max(1, Math.ceil(nextMs)));
  }

  async #fetch(symbol: string, wanted: Wanted): Promise<void> {
    let answer: HttpAnswer | undefined;
    let detail = '';
    try {
      answer = await this.#parts.fetch(symbol);
      if (answer.status !== 200) detail = `HTTP status ${answer.status}`;
    } catch (error) {
      detail = error instanceof Error ? error.message : String(error);
    }
    this.#running -= 1;
    if (this.#closed) return;
    const current = this.#wanted.get(symbol) === wanted;
    if (current && answer !== undefined && detail === '') {
      this.#wanted.delete(symbol);
      this.#parts.use(symbol, answer.body);
    } else if (current) {
      this.#parts.failed(symbol, detail);
      this.want(symbol, wanted.attempt + 1);
    }
    this.#schedule(0);
  }
}
