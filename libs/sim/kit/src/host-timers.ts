/** The host's timers behind the interface that a simulated clock can take the place of. */
import type { TimerHandle, Timers } from '@tickwire/core';

class HostTimer {
  readonly timeout: NodeJS.Timeout;

  constructor(timeout: NodeJS.Timeout) {
    this.timeout = timeout;
  }
}

export class HostTimers implements Timers {
  setTimer(delayMs: number, run: () => void): TimerHandle {
    return new HostTimer(setTimeout(run, delayMs));
  }

  clearTimer(handle: TimerHandle): void {
    if (handle instanceof HostTimer) clearTimeout(handle.timeout);
  }
}
