import type { TimerHandle, Timers } from '@tickwire/core';
import type { PacketSource } from '@tickwire/io-udp';

/** A feed that could not be joined, or failed, is tried again after so long. */
const REJOIN_MS = 1_000;
/** Batches that are taken in one turn. */
const BATCHES_MAX = 64;

export interface JoinedFeedOptions {
  readonly open: () => Promise<PacketSource>;
  readonly timers: Timers;
  readonly log: { warn(about: object, text: string): void };
}

/** A feed that is wanted: open, being opened, or waiting for the next attempt to. */
export class JoinedFeed {
  readonly #options: JoinedFeedOptions;
  #source: PacketSource | undefined;
  #timer: TimerHandle | undefined;
  #isLeft = false;

  constructor(options: JoinedFeedOptions) {
    this.#options = options;
    void this.#join();
  }

  /** Takes what waits in sockets that do not wake the event loop. */
  poll(): void {
    const source = this.#source;
    if (source?.waitsIn !== 'poll') return;
    try {
      for (let batches = 0; batches < BATCHES_MAX && source.poll(0) > 0; batches++);
    } catch (error) {
      source.close();
      this.#source = undefined;
      this.#joinLater(error);
    }
  }

  leave(): void {
    this.#isLeft = true;
    this.#source?.close();
    if (this.#timer !== undefined) this.#options.timers.clearTimer(this.#timer);
  }

  async #join(): Promise<void> {
    try {
      const source = await this.#options.open();
      if (this.#isLeft) source.close();
      else this.#source = source;
    } catch (error) {
      if (!this.#isLeft) this.#joinLater(error);
    }
  }

  #joinLater(error: unknown): void {
    const { timers, log } = this.#options;
    log.warn({ err: error, againMs: REJOIN_MS }, 'a recovery feed cannot be joined');
    this.#timer = timers.setTimer(REJOIN_MS, () => void this.#join());
  }
}
