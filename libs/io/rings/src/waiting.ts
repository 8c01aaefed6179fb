/** How a reader passes the time when there is nothing to read. */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { BELL_BYTE_OFFSET } from '@tickwire/ipc-ring';
import type { RingReader } from '@tickwire/ipc-ring';
import { futexWait } from '@tickwire/ipc-shm';
import type { SharedMemory } from '@tickwire/ipc-shm';
import { BellWatch } from './bell-watch.ts';

/**
 * `spin`: polls without rest, a core for the lowest latency. `yield` (default): event loop turns,
 * then the writer's bell, heard by a thread of libuv's pool, or naps of 1 ms when it rings too
 * often. `park`:
 * sleeps in the kernel until the writer's bell; this blocks the calling thread for up to 50 ms at
 * a time, so use it in a worker or in a process that does nothing else.
 */
export type WaitingStrategy = 'spin' | 'yield' | 'park';

const PARK_MS = 50;
const YIELD_TURNS = 16;
/**
 * Waking by the bell is prompt and costs about as much as waking by a timer, but a busy writer
 * rings for each tick, where a nap takes what comes meanwhile in one go: so many in this time.
 */
const BELLS_MAX = 10;
const BELLS_MS = 10;
const NAP_MS = 1;

export class Waiting {
  readonly #strategy: WaitingStrategy;
  readonly #bell = new BellWatch();
  #idle = 0;
  #bells = 0;
  #bellsSinceMs = 0;

  constructor(strategy: WaitingStrategy) {
    this.#strategy = strategy;
  }

  /** Something came: start from the shortest wait again. */
  reset(): void {
    this.#idle = 0;
  }

  /** Waits a little. Always gives the event loop a turn, so that signals and timers are served. */
  async wait(
    from: { reader: RingReader; memory: SharedMemory },
    signal?: AbortSignal,
  ): Promise<void> {
    const { reader, memory } = from;
    if (this.#strategy === 'park') {
      const expected = reader.bell;
      // Bell first, then published: a tick that came in between has changed the bell.
      if (reader.published === reader.cursor) {
        futexWait({ memory, byteOffset: BELL_BYTE_OFFSET, expected }, PARK_MS);
      }
    }
    const idle = this.#idle++;
    if (this.#strategy !== 'yield' || idle < YIELD_TURNS) await turn();
    else if (this.#isBellCheap()) await this.#bell.wait(from, signal);
    else await delay(NAP_MS);
  }

  #isBellCheap(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#bellsSinceMs >= BELLS_MS) {
      this.#bellsSinceMs = nowMs;
      this.#bells = 0;
    }
    return ++this.#bells <= BELLS_MAX;
  }
}
