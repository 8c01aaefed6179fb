/** How a reader passes the time when there is nothing to read. */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { RunSource } from './run-source.ts';

/**
 * - `spin`: looks without rest: a core for the lowest latency.
 * - `adaptive`: spins as long as that pays, then parks.
 * - `yield` (default): event loop turns, then the writer's bell, heard by a thread of libuv's pool,
 *   or naps of 1 ms when it rings too often.
 * - `park`: sleeps in the kernel until the writer's bell.
 *
 * `adaptive` and `park` block the calling thread for up to 0.1 s at a time, and `spin` for a tenth
 * of a millisecond: use them in a worker or in a process that does nothing else.
 */
export type WaitingStrategy = 'spin' | 'adaptive' | 'yield' | 'park';

const PARK_MS = 100;
const YIELD_TURNS = 16;
/**
 * Waking by the bell is prompt and costs about as much as waking by a timer, but a busy writer
 * rings for each tick, where a nap takes what comes meanwhile in one go: so many in this time.
 */
const BELLS_MAX = 10;
const BELLS_MS = 10;
const NAP_MS = 1;

/** Looks of a spinning reader between two turns of the event loop: about 0.1 ms. */
const SPIN_LOOKS = 50_000;
/** Looks of an adaptive reader before it parks: what it has learned lies between these. */
const ADAPTIVE_LOOKS_MIN = 500;
const ADAPTIVE_LOOKS_MAX = SPIN_LOOKS;
/** A reader that slept for less would have had the tick sooner by looking on. */
const SHORT_SLEEP_MS = 0.1;

export class Waiting {
  readonly #strategy: WaitingStrategy;
  readonly #nowMs: () => number;
  #idle = 0;
  #bells = 0;
  #bellsSinceMs = 0;
  #looks = ADAPTIVE_LOOKS_MIN;

  constructor(strategy: WaitingStrategy, nowMs: () => number = () => performance.now()) {
    this.#strategy = strategy;
    this.#nowMs = nowMs;
  }

  /** Something came: start from the shortest wait again. */
  reset(): void {
    this.#idle = 0;
  }

  /**
   * Waits a little. `undefined` says that something came meanwhile; a promise is to be awaited and
   * gives the event loop a turn, so that signals and timers are served.
   */
  wait(source: RunSource, signal?: AbortSignal): Promise<void> | undefined {
    if (this.#strategy === 'yield') return this.#yield(source, signal);
    if (this.#strategy === 'spin') spin(source, SPIN_LOOKS);
    else if (this.#strategy === 'park') source.park(PARK_MS);
    else if (spin(source, this.#looks)) this.#parkAndLearn(source);
    return source.isQuiet() ? turn() : undefined;
  }

  /** Looks longer the next time if looking on would have been worth it, and shorter if not. */
  #parkAndLearn(source: RunSource): void {
    const beganMs = this.#nowMs();
    source.park(PARK_MS);
    const isShort = this.#nowMs() - beganMs < SHORT_SLEEP_MS;
    if (isShort) this.#looks = Math.min(this.#looks * 2, ADAPTIVE_LOOKS_MAX);
    else this.#looks = Math.max(this.#looks / 2, ADAPTIVE_LOOKS_MIN);
  }

  async #yield(source: RunSource, signal: AbortSignal | undefined): Promise<void> {
    const idle = this.#idle++;
    if (idle < YIELD_TURNS) await turn();
    else if (this.#isBellCheap()) await source.waitForBell(signal);
    else await delay(NAP_MS);
  }

  #isBellCheap(): boolean {
    const nowMs = this.#nowMs();
    if (nowMs - this.#bellsSinceMs >= BELLS_MS) {
      this.#bellsSinceMs = nowMs;
      this.#bells = 0;
    }
    return ++this.#bells <= BELLS_MAX;
  }
}

/** Whether it was quiet for so many looks. */
function spin(source: RunSource, looks: number): boolean {
  for (let look = 0; look < looks; look++) if (!source.isQuiet()) return false;
  return true;
}
