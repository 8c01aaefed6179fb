/** Where a lane's ticks come from, as narrow as it needs it; a `RingSubscription` behind it. */
import { RingMode } from '@tickwire/ipc-ring';
import type {
  RingAccount,
  RingDirectoryReader,
  RingId,
  RingRun,
  RingStatus,
  RingSubscription,
} from '@tickwire/io-rings';

export interface LaneSource {
  readonly name: string;
  readonly ringId: RingId;
  readonly directory: RingDirectoryReader;
  /** The next run, or `undefined` when there is none now. Asking says the last one was handled. */
  poll(): RingRun | undefined;
  /** Whether its writer ended it and all of it was read. */
  readonly ended: boolean;
  /** Whether its writer waits for this reader. */
  readonly isPaced: boolean;
  account(): RingAccount;
  status(): RingStatus;
  close(): void;
}

export class RingSource implements LaneSource {
  readonly #ring: RingSubscription;
  /** After the end: as it was then. */
  #lastStatus: RingStatus | undefined;

  constructor(ring: RingSubscription) {
    this.#ring = ring;
  }

  get name(): string {
    return this.#ring.name;
  }

  get ringId(): RingId {
    return this.#ring.header.ringId;
  }

  get directory(): RingDirectoryReader {
    return this.#ring.directory;
  }

  get ended(): boolean {
    return this.#ring.ended;
  }

  get isPaced(): boolean {
    return this.#ring.header.mode === RingMode.Paced;
  }

  poll(): RingRun | undefined {
    return this.#ring.poll();
  }

  account(): RingAccount {
    return this.#ring.account();
  }

  status(): RingStatus {
    return this.#lastStatus ?? this.#ring.status();
  }

  close(): void {
    this.#lastStatus ??= this.#ring.status();
    this.#ring.close();
  }
}
