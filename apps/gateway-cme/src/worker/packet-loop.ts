/**
 * The loop of the packet thread: receive → arbitrate → decode → publish, then timers of the gaps,
 * what came from the other thread, and the wake-up of readers. In between the event loop gets its
 * turn: messages, the ring's heartbeat.
 */
import type { PacketSource } from '@tickwire/io-udp';

/** What is done in each turn besides packets. */
export interface LoopWork {
  /** Timers that are due by `nowNs`, packets of other threads, readers that sleep. */
  turn(nowNs: number): void;
  /** When the next timer is due, or readers may be woken; asked before it sleeps. */
  nextDueNs(): number;
  /** The loop cannot go on. */
  fail(error: unknown): void;
}

export interface LoopOptions {
  readonly source: PacketSource;
  readonly work: LoopWork;
  /** Looks without a pause: takes a core. Else it sleeps in the source, 1 ms at most. */
  readonly spins: boolean;
}

const WAIT_NS = 1_000_000;
/** The event loop gets a turn after so long: it costs some µs, and nothing in it is in a hurry. */
const TURN_NS = 1_000_000;
/** Looks that find nothing between two readings of the clock: some µs. */
const QUIET_LOOKS = 16;

export class PacketLoop {
  readonly #options: LoopOptions;
  #isRunning = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isRunning = true;
    this.#next();
  }

  /** Nothing is looked at any more. */
  stop(): void {
    this.#isRunning = false;
  }

  readonly #turn = (): void => {
    if (!this.#isRunning) return;
    try {
      this.#look();
    } catch (error) {
      this.#isRunning = false;
      this.#options.work.fail(error);
      return;
    }
    this.#next();
  };

  #look(): void {
    const { source, work, spins } = this.#options;
    const startNs = source.nowNs();
    work.turn(startNs);
    if (source.isEnded || source.waitsIn === 'event-loop') {
      source.poll(0);
      return;
    }
    const untilNs = startNs + TURN_NS;
    const quietLooksMax = spins ? QUIET_LOOKS : 1;
    let nowNs = startNs;
    let quietLooks = 0;
    while (nowNs < untilNs) {
      const packets = source.poll(spins ? 0 : this.#waitNs(nowNs));
      if (packets === 0 && ++quietLooks < quietLooksMax) continue;
      quietLooks = 0;
      nowNs = source.nowNs();
      work.turn(nowNs);
    }
  }

  #waitNs(nowNs: number): number {
    return Math.max(0, Math.min(WAIT_NS, this.#options.work.nextDueNs() - nowNs));
  }

  #next(): void {
    const { source } = this.#options;
    // What waits in the event loop, or has no more packets, must not turn without a pause.
    if (source.isEnded || source.waitsIn === 'event-loop') setTimeout(this.#turn, 1);
    else setImmediate(this.#turn);
  }
}
