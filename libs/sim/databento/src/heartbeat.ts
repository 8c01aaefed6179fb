import type { TimerHandle, Timers } from '@tickwire/core';

export interface HeartbeatOptions {
  readonly timers: Timers;
  readonly monotonicMs: () => number;
  readonly intervalMs: number;
  /** Nothing has been said for an interval. */
  readonly onSilence: () => void;
}

/** Notices when nothing was said for an interval, and again an interval later. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: TimerHandle | undefined;
  #spokeAtMs: number;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#spokeAtMs = options.monotonicMs();
    this.#wait(options.intervalMs);
  }

  /** Something was said just now. */
  spoke(): void {
    this.#spokeAtMs = this.#options.monotonicMs();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.timers.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #wait(waitMs: number): void {
    const { timers, monotonicMs, intervalMs, onSilence } = this.#options;
    this.#timer = timers.setTimer(Math.ceil(waitMs), () => {
      const leftMs = this.#spokeAtMs + intervalMs - monotonicMs();
      this.#wait(leftMs > 0 ? leftMs : intervalMs);
      if (leftMs <= 0) onSilence();
    });
  }
}
