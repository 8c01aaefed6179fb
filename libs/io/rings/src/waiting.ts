/** How a reader passes the time when there is nothing to read. */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { BELL_BYTE_OFFSET } from '@tickwire/ipc-ring';
import type { RingReader } from '@tickwire/ipc-ring';
import { futexWait } from '@tickwire/ipc-shm';
import type { SharedMemory } from '@tickwire/ipc-shm';
import { BellWatch } from './bell-watch.ts';

/**
 * `spin`: polls without rest, a core for the lowest latency. `yield` (default): event loop turns,
 * then a few timers of 1 ms, then the writer's bell, heard by a thread of libuv's pool. `park`:
 * sleeps in the kernel until the writer's bell; this blocks the calling thread for up to 50 ms at
 * a time, so use it in a worker or in a process that does nothing else.
 */
export type WaitingStrategy = 'spin' | 'yield' | 'park';

const PARK_MS = 50;
const YIELD_TURNS = 16;
/** A nap takes what a busy writer publishes meanwhile in one go; the bell wakes for each tick. */
const NAPS = 8;
const NAP_MS = 1;

export class Waiting {
  readonly #strategy: WaitingStrategy;
  readonly #bell = new BellWatch();
  #idle = 0;

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
    else if (idle < YIELD_TURNS + NAPS) await delay(NAP_MS);
    else await this.#bell.wait(from, signal);
  }
}
