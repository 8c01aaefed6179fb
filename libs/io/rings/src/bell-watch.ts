/** Waiting for the bells of rings without blocking the thread that waits. */
import { futexWaitInPool } from '@tickwire/ipc-shm';
import type { FutexWord } from '@tickwire/ipc-shm';

/** An idle reader looks around this often: the longest it can sleep on a futex. */
const BELL_MS = 100;
/** And when it cannot hear the bell, because the pool has no thread for it. */
const NAP_MS = 5;

/** One for each reader; it waits once at a time. */
export class BellWatch {
  #isParked = false;
  #wake: (() => void) | undefined;

  /**
   * Resolves when there may be something to read, `signal` aborts, or it is time to look.
   * @param words - What to sleep on; none when that is not possible now.
   */
  wait(words: readonly FutexWord[], signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const hears = words.length > 0 && this.#listen(words);
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      // The bell may be heard late or not at all: the pool has other work too.
      const timer = setTimeout(wake, hears ? BELL_MS : NAP_MS);
      this.#wake = wake;
      if (signal?.aborted === true) wake();
      else signal?.addEventListener('abort', wake);
    });
  }

  /** Sends a thread of the pool to sleep until the bell rings; `false` when there is none. */
  #listen(words: readonly FutexWord[]): boolean {
    if (this.#isParked) return false; // since an earlier wait that ended by its timer
    const parked = futexWaitInPool(words, BELL_MS);
    if (parked === undefined) return false;
    this.#isParked = true;
    void parked.then(() => {
      this.#isParked = false;
      this.#wake?.();
    });
    return true;
  }
}
