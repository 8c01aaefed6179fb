/** Bars of the bus: asked for while a client wants bars. */
import { barWildcard, connectBus } from '@tickwire/io-bus';
import type { Bus, BusSubscription } from '@tickwire/io-bus';
import type { ApiConfig } from '../config.ts';
import type { BarFeed } from './bar-feed.ts';

const DRAIN_MS = 500;

export class BusBars {
  readonly #bus: Bus | undefined;
  #subscription: BusSubscription | undefined;

  constructor(bus: Bus | undefined) {
    this.#bus = bus;
  }

  /** Connects in the background: the api does without a bus as long as it must. */
  static async connect({ natsUrl, service }: ApiConfig): Promise<BusBars> {
    if (natsUrl === undefined) return new BusBars(undefined);
    const options = { servers: natsUrl, name: service, connectDeadlineMs: 0 };
    return new BusBars(await connectBus(options));
  }

  get isOpen(): boolean {
    return this.#bus?.stats().state === 'connected';
  }

  want(isWanted: boolean, bars: BarFeed): void {
    if (isWanted) {
      this.#subscription ??= this.#bus?.subscribe(barWildcard(), ({ data, headers }) =>
        bars.takeMessage(data, headers.get('traceparent')),
      );
      return;
    }
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  async close(): Promise<void> {
    await this.#bus?.drain(DRAIN_MS);
  }
}
