import type { Tally } from '@tickwire/io-udp';
import type { FromWorker } from './worker-messages.ts';

/** Records that the other thread has not written yet; more are not kept. */
const WAITING_MAX = 10_000;

/** Gap records on their way to the ledger; bounded, should the other thread stand still. */
export class GapOutbox {
  readonly #tell: (message: FromWorker) => void;
  readonly #notKept: Tally;
  #waiting = 0;

  /** @param notKept - Records that found no room: their gaps are in the ring only. */
  constructor(tell: (message: FromWorker) => void, notKept: Tally) {
    this.#tell = tell;
    this.#notKept = notKept;
  }

  send(record: object): void {
    if (this.#waiting >= WAITING_MAX) {
      this.#notKept.add(1);
      return;
    }
    this.#waiting += 1;
    // A copy: the feed goes on changing the record.
    this.#tell({ type: 'gap', record: { ...record } });
  }

  /** The other thread has written one. */
  kept(): void {
    this.#waiting -= 1;
  }
}
