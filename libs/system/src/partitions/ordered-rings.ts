/**
 * All rings of a vendor read as one: each symbol's ticks in the order in which they were written,
 * also when it moves from ring to ring while they are read.
 *
 * Between symbols there is no order. A ring in which this reader was lapped may hide a move: its
 * run has a `gap`, and books are suspect then, as after any gap.
 */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { TickwireError } from '@tickwire/core';
import { MoveOrder } from '@tickwire/domain-partition';
import { listRings, openRing } from '@tickwire/io-rings';
import type { RingRun, RingSubscription } from '@tickwire/io-rings';

/** How often the folder is looked through for new rings while there is nothing else to do. */
const LOOK_MS = 20;
/** Polls before the event loop gets a turn: a run of each ring at most, every time. */
const POLLS_PER_TURN = 16;

/** Ticks `from` … `until` − 1 of a run. One object, used again and again. */
export interface OrderedTicks {
  /** Of the ring: `kucoin.0`. */
  readonly name: string;
  readonly run: RingRun;
  readonly from: number;
  readonly until: number;
}

export interface OrderedRingsOptions {
  readonly dir: string;
  readonly vendor: string;
  /** Where to begin in the rings that are there already; `latest` by default. */
  readonly from?: 'oldest' | 'latest';
  /** Must be done with the ticks when it returns. `run.gap` belongs to the part from 0. */
  readonly onTicks: (ticks: OrderedTicks) => void;
}

interface Place {
  readonly subscription: RingSubscription;
  /** The run of which a part waits for another ring. */
  held: RingRun | undefined;
  at: number;
}

export class OrderedRings {
  readonly #options: OrderedRingsOptions;
  readonly #order = new MoveOrder();
  readonly #places = new Map<string, Place>();
  /** Names of rings of other vendors. */
  readonly #others = new Set<string>();
  #ticks: { name: string; run: RingRun; from: number; until: number } | undefined;
  #ringsMissed = 0;
  #lookedAtMs = -Infinity;

  constructor(options: OrderedRingsOptions) {
    this.#options = options;
    this.#find(options.from ?? 'latest');
  }

  /** The rings that are read, in the order in which they were found. */
  get rings(): RingSubscription[] {
    return [...this.#places.values()].map(({ subscription }) => subscription);
  }

  /** Rings that symbols came from and that were gone before they were found. */
  get ringsMissed(): number {
    return this.#ringsMissed;
  }

  /** How often a ring had to wait for another. */
  get holds(): number {
    return this.#order.holds;
  }

  /** Whether the writers have closed all rings and everything was handled. */
  get ended(): boolean {
    const places = [...this.#places.values()];
    return places.every(({ subscription, held }) => held === undefined && subscription.ended);
  }

  /** Handles what there is now: a run of each ring at most. False when there was nothing. */
  poll(): boolean {
    let hasWorked = false;
    for (const place of this.#places.values()) hasWorked = this.#turn(place) || hasWorked;
    return hasWorked;
  }

  /** Reads until `signal` aborts, or with `untilClosed` all rings have ended. */
  async run(options: { signal?: AbortSignal; untilClosed?: boolean } = {}): Promise<void> {
    const { signal, untilClosed = false } = options;
    for (let polls = 1; signal?.aborted !== true; polls++) {
      const isBusy = this.poll();
      if (isBusy && polls % POLLS_PER_TURN !== 0) continue;
      this.#look();
      if (isBusy) await turn();
      else if (untilClosed && this.#places.size > 0 && this.ended) return;
      else await delay(1);
    }
  }

  close(): void {
    for (const { subscription } of this.#places.values()) subscription.close();
    this.#places.clear();
  }

  #turn(place: Place): boolean {
    const { subscription } = place;
    if (place.held === undefined) {
      place.held = subscription.poll();
      place.at = 0;
    }
    const { held: run, at: from } = place;
    if (run === undefined) return false;
    let until = this.#order.admit(run, from);
    while (this.#findWanted()) until = this.#order.admit(run, from);
    const isDue = until > from || run.count === 0;
    if (isDue) this.#give(subscription.name, run, { from, until });
    this.#order.handled(run.ringId, run.firstPosition + until);
    place.at = until;
    if (until === run.count) place.held = undefined;
    return isDue;
  }

  #give(name: string, run: RingRun, part: { from: number; until: number }): void {
    this.#ticks ??= { name, run, ...part };
    const ticks = this.#ticks;
    ticks.name = name;
    ticks.run = run;
    ticks.from = part.from;
    ticks.until = part.until;
    this.#options.onTicks(ticks);
  }

  /**
   * The ring that a tick waits for and nobody has opened: opened if it is there, else nothing waits
   * for it. False when there is none.
   */
  #findWanted(): boolean {
    const { wanted } = this.#order;
    if (wanted === undefined) return false;
    this.#find('oldest');
    const isThere = this.rings.some(({ header }) => {
      return header.ringId.hi === wanted.hi && header.ringId.lo === wanted.lo;
    });
    if (isThere) return true;
    this.#ringsMissed += 1;
    this.#order.close(wanted);
    return true;
  }

  #look(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lookedAtMs < LOOK_MS) return;
    this.#lookedAtMs = nowMs;
    this.#find('oldest');
  }

  #find(from: 'oldest' | 'latest'): void {
    for (const name of listRings(this.#options.dir)) {
      if (!this.#places.has(name) && !this.#others.has(name)) this.#open(name, from);
    }
  }

  #open(name: string, from: 'oldest' | 'latest'): void {
    try {
      const subscription = openRing({
        ...{ dir: this.#options.dir, name, from },
        onNewRing: (closed, opened) => {
          this.#order.close(closed.ringId);
          this.#order.open(opened.ringId, opened.start);
        },
      });
      const { vendor, ringId } = subscription.header;
      if (vendor !== this.#options.vendor) {
        this.#others.add(name);
        subscription.close();
        return;
      }
      this.#places.set(name, { subscription, held: undefined, at: 0 });
      this.#order.open(ringId, subscription.account().start);
    } catch (error) {
      // Its writer may be about to replace it: the next look tries again.
      if (!(error instanceof TickwireError)) throw error;
    }
  }
}
