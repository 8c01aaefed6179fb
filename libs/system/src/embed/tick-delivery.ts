/** From one ring to the program: each tick at once, batches through their outlets. */
import { setImmediate as turn } from 'node:timers/promises';
import { TICK_BYTES } from '@tickwire/core';
import { waitForRing } from '@tickwire/io-rings';
import type { RingAccount, RingRun, RingSubscription } from '@tickwire/io-rings';
import { TickKind, TickView, describeTick } from '@tickwire/wire-tick';
import { BatchOutlet } from './batch-outlet.ts';
import type { BatchTap } from './batch-outlet.ts';
import type { SystemHandlers } from './embed-options.ts';
import type { HandlerGuard } from './handler-guard.ts';

const RING_TIMEOUT_MS = 10_000;

export interface TickDeliveryOptions {
  readonly ringDir: string;
  readonly ring: string;
  readonly handlers: Pick<SystemHandlers, 'onTick' | 'onGap' | 'onStream'>;
  readonly guard: HandlerGuard;
  readonly signal: AbortSignal;
}

/** Ticks that went to takers of batches, over all of them, those that left included. */
export interface BatchAccount {
  pushed: number;
  taken: number;
  full: number;
  conflated: number;
  /** In the queues now. */
  waiting: number;
  /** In a queue when its taker left, or when the system ended before it came for them. */
  unclaimed: number;
}

export class TickDelivery {
  readonly ring: string;
  readonly #options: TickDeliveryOptions;
  readonly #subscription: RingSubscription;
  readonly #tick = new TickView();
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  readonly #outlets: BatchOutlet[] = [];
  readonly #left: BatchAccount = nothing();

  private constructor(options: TickDeliveryOptions, subscription: RingSubscription) {
    this.ring = options.ring;
    this.#options = options;
    this.#subscription = subscription;
    this.#loop = this.#run();
  }

  /**
   * Opens the ring of a gateway that is ready, at its oldest tick.
   * @throws what `waitForRing` throws; the reason of the signal.
   */
  static async open(options: TickDeliveryOptions): Promise<TickDelivery> {
    const { ringDir: dir, ring: name, signal } = options;
    const subscription = await waitForRing({
      ...{ dir, name, from: 'oldest', timeoutMs: RING_TIMEOUT_MS, signal },
      register: { label: 'embedded' },
    });
    return new TickDelivery(options, subscription);
  }

  /** published − start = delivered + padded + lost + inFlight. */
  account(): RingAccount {
    return this.#subscription.account();
  }

  batches(): BatchAccount {
    const sum = { ...this.#left };
    for (const { queue } of this.#outlets) addQueue(sum, queue);
    return sum;
  }

  /** How far this program is behind, as a share of the ring. */
  get ringFill(): number {
    return Math.min(1, this.account().inFlight / this.#subscription.header.plan.slotCount);
  }

  /** The fullest queue of batches, as a share of its bound; `undefined` when nobody takes any. */
  get batchFill(): number | undefined {
    const fills = this.#outlets.map(({ queue }) => queue.waiting / queue.capacity);
    return fills.length === 0 ? undefined : Math.max(...fills);
  }

  /** From the next tick on, batches go to `tap` as well. */
  attach(tap: BatchTap): void {
    const { guard } = this.#options;
    const directory = () => this.#subscription.directory;
    this.#outlets.push(new BatchOutlet({ ring: this.ring, tap, guard, directory }));
  }

  detach(tap: BatchTap): void {
    const at = this.#outlets.findIndex((outlet) => outlet.tap === tap);
    const [outlet] = at < 0 ? [] : this.#outlets.splice(at, 1);
    if (outlet !== undefined) this.#settle(outlet);
  }

  /** When the writer has ended: reads to the last tick, gives all that waits, leaves. */
  async finish(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.account().inFlight > 0) await turn();
    this.#ending.abort();
    await this.#loop;
    await Promise.all(this.#outlets.map((outlet) => outlet.finish(signal)));
    for (const outlet of this.#outlets.splice(0)) this.#settle(outlet);
    this.#subscription.close();
  }

  #settle(outlet: BatchOutlet): void {
    outlet.close();
    addQueue(this.#left, outlet.queue);
    this.#left.unclaimed += outlet.queue.waiting;
    this.#left.waiting -= outlet.queue.waiting;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    await turn(); // whoever opened it has a moment to say who else wants the first ticks
    try {
      await this.#subscription.run((run) => this.#take(run), { signal });
    } catch (error) {
      this.#options.guard.tell(error, `ring ${this.ring}`);
    }
  }

  /** The promise is a turn for takers of batches that work; it waits for none of them. */
  #take(run: RingRun): Promise<void> | undefined {
    const { handlers, guard } = this.#options;
    const { gap } = run;
    if (gap !== undefined) guard.call('onGap', () => handlers.onGap?.({ ring: this.ring, ...gap }));
    if (handlers.onTick !== undefined) this.#eachTick(run, handlers.onTick);
    if (handlers.onStream !== undefined) this.#eachStream(run, handlers.onStream);
    let isPressed = false;
    for (const outlet of this.#outlets) {
      outlet.gather(run);
      isPressed ||= outlet.isPressed;
    }
    return isPressed ? turn() : undefined;
  }

  #eachTick(run: RingRun, onTick: NonNullable<SystemHandlers['onTick']>): void {
    const { guard } = this.#options;
    const { view, directory } = run;
    const end = run.count * TICK_BYTES;
    for (let at = 0; at < end; at += TICK_BYTES) {
      const tick = this.#tick.wrap(view, at);
      try {
        const returned: unknown = onTick(tick, directory.get(tick.instrument), this.ring);
        if (returned !== undefined) guard.watch(returned, 'onTick');
      } catch (error) {
        guard.tell(error, 'onTick');
      }
    }
  }

  #eachStream(run: RingRun, onStream: NonNullable<SystemHandlers['onStream']>): void {
    const end = run.count * TICK_BYTES;
    for (let at = 0; at < end; at += TICK_BYTES) {
      const tick = this.#tick.wrap(run.view, at);
      if (tick.kind !== TickKind.Stream) continue;
      const entry = run.directory.get(tick.instrument);
      const json = describeTick(tick, entry);
      const text = (name: string): string => String(json[name] ?? '');
      const missing = Number(text('missingCount'));
      this.#options.guard.call('onStream', () =>
        onStream({
          ...{ ring: this.ring, symbol: entry?.symbol ?? '', scope: text('scope') },
          ...{ state: text('state'), previousState: text('previousState') },
          ...{ reason: text('reason'), missing: Number.isNaN(missing) ? undefined : missing },
        }),
      );
    }
  }
}

const nothing = (): BatchAccount => ({
  ...{ pushed: 0, taken: 0, full: 0, conflated: 0, waiting: 0, unclaimed: 0 },
});

function addQueue(sum: BatchAccount, queue: BatchOutlet['queue']): void {
  const { full, conflated } = queue.dropped;
  sum.pushed += queue.pushed;
  sum.taken += queue.taken;
  sum.full += full;
  sum.conflated += conflated;
  sum.waiting += queue.waiting;
}
