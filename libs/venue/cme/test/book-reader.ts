/** A reader of ticks: books as any consumer makes them, each told at its LAST. */
import type { DirectoryEntry, NewDirectoryEntry } from '@tickwire/core';
import { BookBuilder, BookEvent, BookTrust } from '@tickwire/domain-book';
import type { FeedSink, GapRecord } from '@tickwire/domain-feed';
import { TICK_BYTES, StreamState } from '@tickwire/core';
import { Action, Side, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import type { TickBatch } from '@tickwire/wire-tick';
import { orderText } from './plain-market.ts';

interface MirroredOrder {
  id: number;
  isBid: boolean;
  price: number;
  size: number;
}

/** Orders of one instrument, of ORDER ticks; shown at LAST as books are. */
class OrderMirror {
  readonly orders = new Map<number, MirroredOrder>();
  isRight = false;
  /** Of the event that is open: `undefined` is a CLEAR, size 0 a delete. */
  readonly #pending: (MirroredOrder | undefined)[] = [];

  add(change: MirroredOrder | undefined): void {
    this.#pending.push(change);
  }

  drop(): void {
    this.#pending.length = 0;
  }

  commit(): void {
    for (const change of this.#pending) {
      if (change === undefined) this.orders.clear();
      else if (change.size === 0) this.orders.delete(change.id);
      else this.orders.set(change.id, change);
    }
    this.drop();
  }

  text(): string {
    return [...this.orders.values()].map(orderText).sort().join(' ');
  }
}

/** A directory has an end. */
const ENTRIES_MAX = 1_024;

export class BookReader implements FeedSink {
  readonly entries: DirectoryEntry[] = [];
  readonly gaps: GapRecord[] = [];
  readonly kinds = new Map<number, number>();
  readonly builder = new BookBuilder({ entry: (index) => this.entries[index] });
  ticks = 0;
  /** Books that were compared at a LAST. */
  compared = 0;
  /** Called at every LAST of a trusted book. */
  onBook: (book: { symbol: string; sequence: number; levels: string }) => void = () => undefined;
  readonly #tick = new TickView();
  readonly #orders = new Map<number, OrderMirror>();

  publish(batch: TickBatch): void {
    const view = new DataView(batch.bytes.buffer);
    for (let at = 0; at < batch.count; at++) this.#take(this.#tick.wrap(view, at * TICK_BYTES));
  }

  define(entry: NewDirectoryEntry): number | undefined {
    if (this.entries.length >= ENTRIES_MAX) return undefined;
    this.entries.push({ ...entry, index: this.entries.length });
    return this.entries.length - 1;
  }

  gap(record: Readonly<GapRecord>): void {
    this.gaps.push({ ...record });
  }

  count(kind: TickKind): number {
    return this.kinds.get(kind) ?? 0;
  }

  /** Index of a symbol's newest entry. */
  indexOf(symbol: string): number | undefined {
    return this.entries.findLast((entry) => entry.symbol === symbol)?.index;
  }

  isTrusted(symbol: string): boolean {
    const index = this.indexOf(symbol);
    const book = index === undefined ? undefined : this.builder.get(index);
    return book?.trust === BookTrust.Trusted;
  }

  levels(symbol: string): string {
    const index = this.indexOf(symbol);
    const book = index === undefined ? undefined : this.builder.get(index);
    if (book === undefined) return '';
    return [book.book.bids, book.book.asks]
      .map((side) => {
        const rows = Array.from({ length: side.count }, (_, depth) => {
          return `${side.sizeAt(depth)}@${side.priceAt(depth)}`;
        });
        return rows.join(' ');
      })
      .join(' | ');
  }

  /** `undefined` while they are not said to be right. */
  orders(symbol: string): string | undefined {
    const index = this.indexOf(symbol);
    const mirror = index === undefined ? undefined : this.#orders.get(index);
    return mirror?.isRight === true ? mirror.text() : undefined;
  }

  #take(tick: TickView): void {
    this.ticks += 1;
    this.kinds.set(tick.kind, (this.kinds.get(tick.kind) ?? 0) + 1);
    this.#takeOrders(tick);
    const event = this.builder.apply(tick);
    if (event !== BookEvent.Book) return;
    const { symbol } = this.entries[tick.instrument]!;
    if (!this.isTrusted(symbol)) return;
    this.compared += 1;
    this.onBook({ symbol, sequence: tick.sequence, levels: this.levels(symbol) });
  }

  #takeOrders(tick: TickView): void {
    if (tick.kind === TickKind.Stream) {
      this.#takeState(tick);
      return;
    }
    const mirror = this.#mirror(tick.instrument);
    if (tick.kind === TickKind.Clear) mirror.add(undefined);
    if (tick.kind === TickKind.Order) {
      const size = tick.action === Action.Delete ? 0 : tick.size;
      mirror.add({ id: tick.orderIdLo, isBid: tick.side === Side.Bid, price: tick.price, size });
    }
    if ((tick.flags & TickFlag.Last) !== 0) mirror.commit();
  }

  #takeState(tick: TickView): void {
    const isAll = !(tick.instrument in this.entries);
    const mirrors = isAll ? [...this.#orders.values()] : [this.#mirror(tick.instrument)];
    for (const mirror of mirrors) {
      const isLive = tick.state === StreamState.Live;
      if (!isAll) mirror.isRight = isLive;
      else if (!isLive) mirror.isRight = false;
      if (!isLive) mirror.drop();
    }
  }

  #mirror(instrument: number): OrderMirror {
    const mirror = this.#orders.get(instrument) ?? new OrderMirror();
    this.#orders.set(instrument, mirror);
    return mirror;
  }
}
