/** Waiting for a ring's bell without blocking the thread that waits. */
import { BELL_BYTE_OFFSET, RingState } from '@tickwire/ipc-ring';
import type { RingReader } from '@tickwire/ipc-ring';
import { futexWaitInPool } from '@tickwire/ipc-shm';
import type { SharedMemory } from '@tickwire/ipc-shm';

/** An idle reader looks around this often: the longest it can sleep on a futex. */
const BELL_MS = 100;
/** And when it cannot hear the bell, because the pool has no thread for it. */
const NAP_MS = 5;

/** One for each reader; it waits once at a time. */
export class BellWatch {
  #isParked = false;
  #wake: (() => void) | undefined;

  /** Resolves when there may be something to read, `signal` aborts, or it is time to look. */
  wait(from: { reader: RingReader; memory: SharedMemory }, signal?: AbortSignal): Promise<void> {
    const { reader, memory } = from;
    const expected = reader.bell;
    // Bell first, then what it rings for: what came in between has changed the bell.
    const isQuiet = reader.published === reader.cursor && reader.state === RingState.Open;
    return new Promise((resolve) => {
      const hears = isQuiet && this.#listen(memory, expected);
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
  #listen(memory: SharedMemory, expected: number): boolean {
    if (this.#isParked) return false; // since an earlier wait that ended by its timer
    const parked = futexWaitInPool({ memory, byteOffset: BELL_BYTE_OFFSET, expected }, BELL_MS);
    if (parked === undefined) return false;
    this.#isParked = true;
    void parked.then(() => {
      this.#isParked = false;
      this.#wake?.();
    });
    return true;
  }
}
