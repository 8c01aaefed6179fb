/**
 * A vendor that keeps its limits, and bans whoever passes one: for good, so that a single breach
 * anywhere in a run shows at its end.
 */
import type { Clock } from '@tickwire/core';
import type { Dial, HttpAnswer, HttpRequest } from '@tickwire/domain-feed';
import { FakeVendor } from './fake-vendor.ts';

export interface StrictLimits {
  /** At most `max` in any `windowMs`; weights for requests. */
  readonly connects: { max: number; windowMs: number };
  readonly uplink: { max: number; windowMs: number };
  readonly rest: { max: number; windowMs: number };
  readonly openMax: number;
}

const WEIGHTS: Readonly<Record<string, number>> = {
  '/api/v2/symbols': 4,
  '/api/v1/bullet-public': 10,
  '/api/v1/market/orderbook/level2_100': 4,
};

/** Counts what happened in the last `windowMs`, each by its own weight. */
class Window {
  readonly #events: { atNs: number; weight: number }[] = [];
  readonly #limit: { max: number; windowMs: number };
  #sum = 0;

  constructor(limit: { max: number; windowMs: number }) {
    this.#limit = limit;
  }

  /** True when this one is too many. */
  isBreach(nowNs: number, weight: number): boolean {
    const { max, windowMs } = this.#limit;
    this.#events.push({ atNs: nowNs, weight });
    this.#sum += weight;
    for (let first = this.#events[0]; first !== undefined; first = this.#events[0]) {
      if (nowNs - first.atNs < windowMs * 1e6) break;
      this.#sum -= first.weight;
      this.#events.shift();
    }
    return this.#sum > max;
  }
}

export class StrictVendor {
  readonly fake: FakeVendor;
  /** Breaches, in words: empty = never banned. */
  readonly bans: string[] = [];
  /** Every connection attempt: number of the connection, and when. */
  readonly attempts: { readonly connection: string; readonly atNs: number }[] = [];
  isDown = false;
  /** Accepts connections and says nothing. */
  isDeaf = false;
  readonly #clock: Clock;
  readonly #limits: StrictLimits;
  readonly #connects: Window;
  readonly #rest: Window;

  constructor(symbols: readonly string[], options: { clock: Clock; limits: StrictLimits }) {
    this.fake = new FakeVendor(symbols);
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#connects = new Window(options.limits.connects);
    this.#rest = new Window(options.limits.rest);
  }

  /** Ends every open connection at once and refuses new ones until `isDown` is taken back. */
  goDown(): void {
    this.isDown = true;
    for (const socket of this.open()) socket.end('reset by peer');
  }

  open(): FakeVendor['sockets'] {
    return this.fake.sockets.filter(({ isClosed, isTerminated }) => !isClosed && !isTerminated);
  }

  readonly http = async (request: HttpRequest): Promise<HttpAnswer> => {
    const weight = WEIGHTS[new URL(request.url).pathname] ?? 1;
    if (this.#rest.isBreach(this.#clock.monotonicNs(), weight)) this.bans.push('REST weight');
    return this.fake.http(request);
  };

  readonly dial: Dial = (url, handlers) => {
    const nowNs = this.#clock.monotonicNs();
    const [connection = ''] = new URL(url).searchParams.get('connectId')?.split('x') ?? [];
    this.attempts.push({ connection, atNs: nowNs });
    if (this.#connects.isBreach(nowNs, 1)) this.bans.push('connects');
    const uplink = new Window(this.#limits.uplink);
    this.fake.isObliging = !this.isDown && !this.isDeaf;
    const dialed = this.fake.dial(url, handlers);
    this.fake.isObliging = true;
    const { socket } = this.fake;
    if (this.isDown) queueMicrotask(() => socket.end('connection refused'));
    if (this.open().length > this.#limits.openMax) this.bans.push('open connections');
    return {
      ...dialed,
      send: (text) => {
        if (uplink.isBreach(this.#clock.monotonicNs(), 1)) this.bans.push('uplink messages');
        dialed.send(text);
      },
    };
  };
}
