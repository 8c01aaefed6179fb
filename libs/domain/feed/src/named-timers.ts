import type { TimerHandle, Timers } from '@tickwire/core';

/** Timers of a state machine, one of each name: setting one again puts the new in its place. */
export class NamedTimers {
  readonly #timers: Timers;
  readonly #handles = new Map<string, TimerHandle>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  has(name: string): boolean {
    return this.#handles.has(name);
  }

  set(name: string, delayMs: number, run: () => void): void {
    this.clear(name);
    const handle = this.#timers.setTimer(delayMs, () => {
      this.#handles.delete(name);
      run();
    });
    this.#handles.set(name, handle);
  }

  clear(name: string): void {
    const handle = this.#handles.get(name);
    if (handle === undefined) return;
    this.#timers.clearTimer(handle);
    this.#handles.delete(name);
  }

  clearAll(): void {
    for (const handle of this.#handles.values()) this.#timers.clearTimer(handle);
    this.#handles.clear();
  }
}
