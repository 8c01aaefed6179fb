/**
 * All rings of the host, read by one reader each, whatever the number of clients. With nobody on
 * the stream it looks a few times a second, so that the board stays right and an idle system
 * stays idle; with clients, as often as the most impatient of them needs.
 */
import { TickwireError } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';
import { watchRings } from '@tickwire/io-rings';
import type { Log, TickTracer } from '@tickwire/io-service';
import type { HostClock } from '@tickwire/ipc-shm';
import type { StreamHub } from '../stream/stream-hub.ts';
import type { MarketView } from './market-board.ts';
import { RingTap } from './ring-tap.ts';
import type { RingTapOptions } from './ring-tap.ts';

/** Between two looks when nobody listens. */
const IDLE_NAP_MS = 200;
/** And when somebody does: the shortest, and after a while without any tick. */
const BUSY_NAP_MS = 2;
const QUIET_NAP_MS = 20;
const QUIET_AFTER_LOOKS = 100;
const PACED_SHARE = 1 / 4;
/** So many ticks in one idle look: nap for less, lest we be lapped. */
const BURST_TICKS = 512;
/** Runs of a ring (256 ticks each at most) before the others and the sockets get a turn. */
const RUNS_PER_TURN = 32;
/** With clients: few, so that what one turn gives fits their queues and their sockets keep up. */
const RUNS_PER_TURN_HEARD = 2;
const RUN_TICKS_MANY = 128;
const RETRY_MS = 250;

export interface RingUpstreamOptions {
  readonly dir: string;
  readonly hub: StreamHub;
  readonly stats: CounterTable;
  readonly clock: HostClock;
  readonly tracer: TickTracer;
  /** For what must outlive this process. */
  readonly dataDir: string;
  readonly log: Log;
  readonly onBarTick: RingTapOptions['onBarTick'];
  /** Called after each look, for what else is due. */
  readonly onLook: () => void;
  readonly fail: (error: unknown) => void;
}

export class RingUpstream {
  readonly #options: RingUpstreamOptions;
  readonly #taps = new Map<string, RingTap>();
  readonly #retries = new Map<string, NodeJS.Timeout>();
  readonly #watch: { unwatch(): void };
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #quietLooks = 0;
  #lastTicks = 0;
  #isOpen = true;

  constructor(options: RingUpstreamOptions) {
    this.#options = options;
    this.#watch = watchRings(options.dir, (name) => this.#found(name));
    this.#schedule(false);
  }

  /** Rings that are read, each by one reader. */
  get readerCount(): number {
    return this.#taps.size;
  }

  /** The newest of every instrument, as of now. */
  markets(): MarketView[] {
    this.readNow();
    return [...this.#taps.values()].flatMap((tap) => tap.board?.views() ?? []);
  }

  /** Somebody subscribed or left: looks again at who wants what, and at how often to look. */
  audienceChanged(): void {
    for (const tap of this.#taps.values()) tap.forgetAudiences();
    this.#quietLooks = 0;
    this.#schedule(false);
  }

  /** Takes what is there, without waiting for the next look; bounded as a look is. */
  readNow(): number {
    let ticks = 0;
    for (const tap of this.#taps.values()) ticks += tap.read(this.#runsPerTurn);
    return ticks;
  }

  /** Reads what is published, hands it on, and leaves the rings. */
  stop(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#watch.unwatch();
    for (const timer of this.#retries.values()) clearTimeout(timer);
    this.#cancel();
    this.readNow();
    this.#options.hub.flush();
    for (const tap of this.#taps.values()) tap.close();
  }

  get #runsPerTurn(): number {
    return this.#options.hub.wantedKinds === 0 ? RUNS_PER_TURN : RUNS_PER_TURN_HEARD;
  }

  #found(name: string): void {
    if (!this.#isOpen || this.#taps.has(name)) return;
    try {
      this.#taps.set(name, new RingTap({ ...this.#options, name }));
      this.#options.log.info({ ring: name }, 'reading the ring');
      this.#schedule(true);
    } catch (error) {
      if (!(error instanceof TickwireError)) throw error;
      // Its writer may be about to replace it.
      if (!this.#retries.has(name)) {
        this.#options.log.warn({ ring: name, code: error.code }, error.message);
      }
      this.#retries.set(
        name,
        setTimeout(() => this.#found(name), RETRY_MS),
      );
    }
  }

  #look(): void {
    try {
      const ticks = this.readNow();
      this.#options.onLook();
      this.#options.hub.flush();
      this.#quietLooks = ticks === 0 ? this.#quietLooks + 1 : 0;
      this.#lastTicks = ticks;
      this.#schedule(ticks >= this.#runsPerTurn * RUN_TICKS_MANY);
    } catch (error) {
      this.#options.fail(error);
    }
  }

  #schedule(isMore: boolean): void {
    this.#cancel();
    if (!this.#isOpen) return;
    // More is there: at once, but after the sockets.
    if (isMore) this.#timer = setImmediate(() => this.#look());
    else this.#timer = setTimeout(() => this.#look(), this.#napMs());
  }

  #napMs(): number {
    const { hub } = this.#options;
    const longest = IDLE_NAP_MS / (1 + this.#lastTicks / BURST_TICKS);
    if (hub.count('bars') + hub.count('streams') + hub.count('ticks') === 0) return longest;
    const shortest = hub.count('ticks') === 0 ? IDLE_NAP_MS : (hub.shortestIntervalMs ?? 0);
    const least = this.#quietLooks > QUIET_AFTER_LOOKS ? QUIET_NAP_MS : BUSY_NAP_MS;
    return Math.min(longest, Math.max(least, shortest * PACED_SHARE));
  }

  #cancel(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
  }
}
