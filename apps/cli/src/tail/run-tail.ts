/** `tickwire tail`: every wanted ring read live, its ticks printed in each ring's own order. */
import { describeTick, TickView } from '@tickwire/wire-tick';
import { TICK_BYTES } from '@tickwire/core';
import {
  formatRingId,
  listRings,
  openImage,
  openRing,
  sameRingId,
  watchRings,
} from '@tickwire/io-rings';
import type { RingDirectoryReader, RingId, RingRun, RingSubscription } from '@tickwire/io-rings';
import { paintFor } from '../colour.ts';
import type { Paint } from '../colour.ts';
import { formatCount } from '../quantity.ts';
import type { Terminal } from '../terminal.ts';
import type { TickFilter } from './tick-filter.ts';
import { tickLine } from './tick-line.ts';

export interface TailOptions {
  readonly ringDir: string;
  /** Ring names; empty = all. */
  readonly rings: readonly string[];
  readonly filter: TickFilter;
  /** Stops after that many ticks; absent = never. */
  readonly count: number | undefined;
  /** First what the image of each ring has: the last quote, trade, status and state. */
  readonly last?: boolean;
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Prints ticks until the signal, the count, or the end of every ring.
 * @returns how many were printed.
 */
export async function runTail(options: TailOptions): Promise<number> {
  const tail = new Tail(options);
  return tail.run();
}

/** What ticks printed together share. */
interface TickSource {
  readonly ring: string;
  readonly ringId: RingId;
  readonly directory: RingDirectoryReader;
}

class Tail {
  readonly #options: TailOptions;
  readonly #paint: Paint;
  readonly #view = new TickView();
  readonly #stop = new AbortController();
  readonly #reading = new Map<string, Promise<void>>();
  #printed = 0;

  constructor(options: TailOptions) {
    this.#options = options;
    this.#paint = paintFor(options.terminal.hasColour);
  }

  async run(): Promise<number> {
    const { ringDir, signal } = this.#options;
    const onAbort = (): void => this.#stop.abort();
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    const ended = Promise.withResolvers<void>();
    this.#stop.signal.addEventListener('abort', () => ended.resolve());
    const watching = watchRings(ringDir, (name) => this.#follow(name, ended));
    const keepAlive = setInterval(() => this.#endWhenGone(ended), 500);
    try {
      if (!this.#stop.signal.aborted) await ended.promise;
    } finally {
      clearInterval(keepAlive);
      watching.unwatch();
      signal.removeEventListener('abort', onAbort);
      this.#stop.abort();
    }
    await Promise.all(this.#reading.values());
    return this.#printed;
  }

  #follow(name: string, ended: PromiseWithResolvers<void>): void {
    const { ringDir, rings, filter } = this.#options;
    if (rings.length > 0 && !rings.includes(name)) return;
    let subscription: RingSubscription;
    try {
      subscription = openRing({ dir: ringDir, name, from: 'latest' });
    } catch (error) {
      this.#options.terminal.note(
        `${name}: ${error instanceof Error ? error.message : 'unreadable'}`,
      );
      return;
    }
    if (!filter.wantsVendor(subscription.header.vendor)) {
      subscription.close();
      return;
    }
    if (this.#options.last === true) this.#printLast(name, subscription);
    const reading = subscription
      .run((run) => this.#take(name, run), { signal: this.#stop.signal, untilClosed: true })
      .then(() => undefined, ended.reject)
      .finally(() => {
        subscription.close();
        this.#reading.delete(name);
        this.#endWhenGone(ended);
      });
    this.#reading.set(name, reading);
  }

  /** Every ring was closed by its writer and removed: the system has ended. */
  #endWhenGone(ended: PromiseWithResolvers<void>): void {
    if (this.#reading.size === 0 && listRings(this.#options.ringDir).length === 0) ended.resolve();
  }

  #take(ring: string, run: RingRun): void | Promise<void> {
    const { terminal } = this.#options;
    if (run.gap !== undefined) this.#printGap(ring, run.gap);
    const source = { ring, ringId: run.ringId, directory: run.directory };
    let text = '';
    for (let at = 0; at < run.count && !this.#stop.signal.aborted; at++) {
      this.#view.wrap(run.view, at * TICK_BYTES);
      text += this.#textOf(source, run.firstPosition + at);
    }
    if (text === '') return undefined;
    terminal.out(text);
    return terminal.drained(); // a slow reader of ours makes us lapped, and the gap says so
  }

  /** The state of what may not change for a long time. What comes now is printed as it comes. */
  #printLast(ring: string, subscription: RingSubscription): void {
    const { ringDir, terminal } = this.#options;
    const { directory, header } = subscription;
    const { start } = subscription.account();
    const image = openImage({ dir: ringDir, name: ring });
    if (image === undefined) return;
    let text = '';
    const isOurs = sameRingId(image.header.ringId, header.ringId);
    const source = { ring, ringId: header.ringId, directory };
    image.each((view, position) => {
      if (!isOurs || position >= start || this.#stop.signal.aborted) return;
      this.#view.wrap(view, 0);
      text += this.#textOf(source, position);
    });
    image.close();
    if (text !== '') terminal.out(text);
  }

  /** The line of the tick in the view; empty when it is not wanted. */
  #textOf({ ring, ringId, directory }: TickSource, position: number): string {
    const { filter, count } = this.#options;
    const tick = this.#view;
    const entry = directory.get(tick.instrument);
    if (!filter.wants(tick, entry)) return '';
    const json = { ...describeTick(tick, entry), ring, position };
    this.#printed++;
    if (this.#printed === count) this.#stop.abort();
    return this.#options.json
      ? `${JSON.stringify({ ...json, ringId: formatRingId(ringId) })}\n`
      : `${tickLine(json, this.#paint)}\n`;
  }

  #printGap(ring: string, gap: { first: number; last: number; count: number }): void {
    const { json, terminal } = this.#options;
    const { first, last, count } = gap;
    if (json) {
      terminal.out(`${JSON.stringify({ kind: 'LOST', ring, first, last, count })}\n`);
      return;
    }
    const range = `positions ${formatCount(first)} to ${formatCount(last)}`;
    const line = `${formatCount(count)} ticks of ${ring} lost: read too slowly (${range})`;
    terminal.out(`${this.#paint.bad(line)}
`);
  }
}
