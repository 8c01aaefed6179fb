/** How a reader passes the time when there is nothing to read. */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { BELL_BYTE_OFFSET } from '@tickwire/ipc-ring';
import type { RingReader } from '@tickwire/ipc-ring';
import { futexWait } from '@tickwire/ipc-shm';
import type { SharedMemory } from '@tickwire/ipc-shm';

/**
 * `spin`: polls without rest, a core for the lowest latency. `yield` (default): event loop turns,
 * then timers of 1 ms and 5 ms when idle. `park`: sleeps in the kernel until the writer's bell;
 * this blocks the calling thread for up to 50 ms at a time, so use it in a worker or in a process
 * that does nothing else.
 */
export type WaitingStrategy = 'spin' | 'yield' | 'park';

const PARK_MS = 50;
const YIELD_TURNS = 16;
const SHORT_NAPS = 50;
const SHORT_NAP_MS = 1;
const LONG_NAP_MS = 5;

export class Waiting {
  readonly #strategy: WaitingStrategy;
  #idle = 0;

  constructor(strategy: WaitingStrategy) {
    this.#strategy = strategy;
  }

  /** Something came: start from the shortest wait again. */
  reset(): void {
    this.#idle = 0;
  }

  /** Waits a little. Always gives the event loop a turn, so that signals and timers are served. */
  async wait(reader: RingReader, memory: SharedMemory): Promise<void> {
    if (this.#strategy === 'park') {
      const expected = reader.bell;
      // Bell first, then published: a tick that came in between has changed the bell.
      if (reader.published === reader.cursor) {
        futexWait({ memory, byteOffset: BELL_BYTE_OFFSET, expected }, PARK_MS);
      }
    }
    const idle = this.#idle++;
    if (this.#strategy !== 'yield' || idle < YIELD_TURNS) await turn();
    else await delay(idle < YIELD_TURNS + SHORT_NAPS ? SHORT_NAP_MS : LONG_NAP_MS);
  }
}
