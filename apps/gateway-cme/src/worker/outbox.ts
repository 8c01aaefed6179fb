import type { Tally } from '@tickwire/io-udp';
import type { FromWorker } from './worker-messages.ts';

/** Messages of one type on their way to the other thread; bounded, should that stand still. */
export class Outbox {
  readonly #tell: (message: FromWorker) => void;
  readonly #waitingMax: number;
  readonly #dropped: Tally;
  #waiting = 0;

  /**
   * @param limits.waitingMax - Messages that the other thread has not taken yet.
   * @param limits.dropped - Those that found no room: the newest are dropped.
   */
  constructor(
    tell: (message: FromWorker) => void,
    { waitingMax, dropped }: { waitingMax: number; dropped: Tally },
  ) {
    this.#tell = tell;
    this.#waitingMax = waitingMax;
    this.#dropped = dropped;
  }

  send(message: FromWorker): void {
    if (this.#waiting >= this.#waitingMax) {
      this.#dropped.add(1);
      return;
    }
    this.#waiting += 1;
    this.#tell(message);
  }

  /** The other thread has taken one. */
  taken(): void {
    this.#waiting -= 1;
  }
}
