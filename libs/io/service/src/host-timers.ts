import type { TimerHandle, Timers } from '@tickwire/core';

/** Timers of the event loop. */
export const hostTimers: Timers = {
  setTimer: (delayMs, run): TimerHandle => setTimeout(run, delayMs),
  clearTimer: (handle) => clearTimeout(handle as NodeJS.Timeout),
};
