import type { TimerHandle, Timers } from '@tickwire/core';
import { SlidingWindow } from '@tickwire/sim-kit';
import type { SessionAction } from './live-session.ts';

const SECOND_MS = 1_000;

export interface PacedActionsOptions {
  readonly subscriptionsPerSecMax: number;
  readonly timers: Timers;
  readonly monotonicMs: () => number;
  readonly act: (action: SessionAction) => void;
  /** Nothing more is heard of the client until it is resumed. */
  readonly hold: () => void;
  /** @returns whether the client goes on. */
  readonly resume: () => boolean;
}

/**
 * What a client says, done in order: a subscription that is one too many for its second waits for
 * its turn, and what is said behind it waits with it.
 * @see https://databento.com/docs/api-reference-live/basics/connection-limits
 */
export class PacedActions {
  readonly #options: PacedActionsOptions;
  readonly #rate: SlidingWindow;
  readonly #waiting: SessionAction[] = [];
  #timer: TimerHandle | undefined;

  constructor(options: PacedActionsOptions) {
    this.#options = options;
    this.#rate = new SlidingWindow(options.subscriptionsPerSecMax, SECOND_MS);
  }

  take(actions: readonly SessionAction[]): void {
    this.#waiting.push(...actions);
    this.#work();
  }

  stop(): void {
    this.#waiting.length = 0;
    if (this.#timer !== undefined) this.#options.timers.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #work(): void {
    const { act, hold, resume, timers, monotonicMs } = this.#options;
    for (;;) {
      const [action] = this.#waiting;
      if (action === undefined) return;
      if (action.do === 'subscribe' && !this.#rate.take(monotonicMs())) break;
      this.#waiting.shift();
      act(action);
    }
    hold();
    this.#timer = timers.setTimer(Math.ceil(this.#rate.waitMs(monotonicMs())), () => {
      this.#timer = undefined;
      if (resume()) this.#work();
    });
  }
}
