/**
 * The one door to the vendor for new connections: at most `atOnceMax` attempts under way, first
 * come first served, and none beyond the vendor's budgets. When a hundred connections are cut off
 * at once, they come back as a queue, not as a crowd.
 *
 * Bound: each connection holds one place, in the queue or inside.
 */
import type { Clock, TimerHandle, Timers } from '@tickwire/core';
import type { RateBudget } from './rate-budget.ts';

/** What one attempt takes from a budget. */
export interface ConnectCost {
  readonly budget: RateBudget;
  readonly weight: number;
}

/** A place in the queue, then inside. */
export interface ConnectTicket {
  /** Gives the place up: the attempt has succeeded or failed, or is not wanted any more. */
  leave(): void;
}

export class ConnectGate {
  readonly #parts: {
    readonly atOnceMax: number;
    readonly costs: readonly ConnectCost[];
    readonly clock: Clock;
    readonly timers: Timers;
  };
  readonly #queue = new Map<ConnectTicket, () => void>();
  #inside = 0;
  #timer: TimerHandle | undefined;

  constructor(parts: {
    atOnceMax: number;
    costs: readonly ConnectCost[];
    clock: Clock;
    timers: Timers;
  }) {
    this.#parts = parts;
  }

  /** Attempts under way. */
  get inside(): number {
    return this.#inside;
  }

  /** Calls `start` when the attempt may begin: now, or when others left and budgets allow. */
  ask(start: () => void): ConnectTicket {
    let isHeld = true;
    let isInside = false;
    const ticket: ConnectTicket = {
      leave: () => {
        if (!isHeld) return;
        isHeld = false;
        if (isInside) this.#inside -= 1;
        else this.#queue.delete(ticket);
        this.#admit();
      },
    };
    this.#queue.set(ticket, () => {
      isInside = true;
      start();
    });
    this.#admit();
    return ticket;
  }

  /** Nobody is let in any more. */
  close(): void {
    this.#queue.clear();
    this.#clearTimer();
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#parts.timers.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #admit(): void {
    const { atOnceMax, costs, clock, timers } = this.#parts;
    this.#clearTimer();
    for (const [ticket, start] of this.#queue) {
      if (this.#inside >= atOnceMax) return;
      const nowNs = clock.monotonicNs();
      const waitMs = Math.max(...costs.map((cost) => cost.budget.waitMs(nowNs, cost.weight)));
      if (waitMs > 0) {
        this.#timer = timers.setTimer(waitMs, () => this.#admit());
        return;
      }
      for (const { budget, weight } of costs) budget.take(nowNs, weight);
      this.#queue.delete(ticket);
      this.#inside += 1;
      start();
    }
  }
}
