// Goal: queues, sums and changes by price are right however orders come and go. Method: 50 books
// beside arrays of objects that are sorted when looked at; a Map kept by the changes alone; and a
// book by level whose levels are set from the array.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { PriceMap, levelUpdate } from '../test/level-texts.ts';
import type { Row } from '../test/level-texts.ts';
import { PlainOrders, orderUpdate, queueRows } from '../test/plain-orders.ts';
import type { PlainOrder, QueueRow } from '../test/plain-orders.ts';
import { DepthChannel, DepthCode, DepthSnapshot, UpdateAction, depthCodeName } from './index.ts';
import type { LevelBook, OrderBook } from './index.ts';

const INSTRUMENTS = 50;
const UPDATES = 200_000;
/** Orders of a book swing around it. */
const ORDERS = 30;

const { New, Change, Delete } = UpdateAction;

class Pair {
  readonly plain = new PlainOrders();
  readonly book: OrderBook;
  readonly #maps = { bids: new PriceMap(), asks: new PriceMap() };

  constructor(book: OrderBook) {
    this.book = book;
  }

  /** Sides beside sides, and the Map of one beside its levels. */
  compare(isBid: boolean): void {
    const rows = this.plain.rows(isBid);
    const shown = queueRows(this.book, isBid);
    if (JSON.stringify(shown) !== JSON.stringify(rows)) expect(shown).toEqual(rows);
    const map = isBid ? this.#maps.bids : this.#maps.asks;
    map.apply(this.book.changes);
    const levels = rows.map(levelOf);
    const mapped = map.rows(isBid ? 1 : -1);
    if (mapped.join() !== levels.join()) expect(mapped).toEqual(levels);
  }

  publishAll(): void {
    this.#maps.bids.take(this.plain.rows(true).map(levelOf));
    this.#maps.asks.take(this.plain.rows(false).map(levelOf));
  }
}

const levelOf = ({ price, size, queue }: QueueRow): Row => [price, size, queue.split(',').length];

function byLevel(plain: PlainOrders, levels: number): LevelBook {
  const snapshot = new DepthSnapshot({ levels });
  snapshot.begin(1);
  for (const isBid of [true, false]) {
    const rows = plain.rows(isBid).slice(0, levels);
    rows.map(levelOf).forEach(([price, size, orders], at) => {
      snapshot.add(levelUpdate({ level: at + 1, isBid, price, size, orders }));
    });
  }
  expect(snapshot.end()).toBe(DepthCode.Applied);
  return snapshot.real;
}

class OrderFlow {
  readonly #random: () => number;
  #lastId = 0;
  #lastPriority = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** One change of the array, and the update that says it. */
  step(plain: PlainOrders): { action: number; order: PlainOrder } {
    const held = plain.orders[this.#int(plain.orders.length)];
    const pick = this.#random();
    if (held === undefined || pick < 0.3 + 0.2 * (1 - plain.orders.length / ORDERS)) {
      const order = this.#order();
      plain.add(order);
      return { action: New, order };
    }
    if (pick < 0.7) {
      plain.delete(held);
      return { action: Delete, order: held };
    }
    const { price, priorityHi, priorityLo, size } = this.#order();
    const isMoved = this.#random() < 0.5;
    const to = isMoved ? { ...held, price, priorityHi, priorityLo } : { ...held, size };
    plain.change(held, to);
    return { action: Change, order: to };
  }

  #order(): PlainOrder {
    const isBid = this.#random() < 0.5;
    this.#lastId += 1 + this.#int(3);
    this.#lastPriority += this.#int(3);
    return {
      // Ids that share one half, and priorities that go on over 2^32 or come late.
      idHi: this.#int(2),
      idLo: Math.imul(this.#lastId, this.#random() < 0.1 ? 0x1_0001 : 1) >>> 0,
      priorityHi: this.#int(2),
      priorityLo: (this.#lastPriority - this.#int(2) * this.#int(40)) >>> 0,
      price: (isBid ? -20 : 20) + this.#int(24),
      size: 1 + this.#int(99),
      isBid,
    };
  }

  #int(below: number): number {
    return Math.floor(this.#random() * below);
  }
}

describe('books by order, beside plain ones', () => {
  test('are equal, queues included, after each of 200,000 updates of 50 instruments', () => {
    const random = seededRandom(testSeed());
    const channel = new DepthChannel();
    const flow = new OrderFlow(random);
    const all = Array.from({ length: INSTRUMENTS }, (_, securityId) => {
      const { orders } = channel.add({ securityId, orders: {} });
      orders!.reset();
      return new Pair(orders!);
    });
    const seen = { agreements: 0, snapshots: 0, damaged: 0, skipped: 0 };
    for (let done = 0; done < UPDATES; done++) {
      const securityId = Math.floor(random() * INSTRUMENTS);
      const { plain, book } = all[securityId]!;
      const { action, order } = flow.step(plain);
      const code = channel.applyOrder(orderUpdate({ ...order, action, securityId }));
      if (code === DepthCode.DuplicateOrder) {
        // The random ids met: the exchange would not do that.
        plain.delete(order);
        seen.skipped += 1;
        recover(all[securityId]!);
      } else {
        if (code !== DepthCode.Applied) expect(depthCodeName(code)).toBe('Applied');
        all[securityId]!.compare(order.isBid);
      }
      const pick = random();
      if (pick < 0.01) {
        expect(book.agreesWith(byLevel(plain, 5))).toBe(true);
        seen.agreements += 1;
      } else if (pick < 0.012) {
        const damage = { action: Delete, idHi: 7, idLo: done, securityId };
        expect(channel.applyOrder(orderUpdate(damage))).toBe(DepthCode.UnknownOrder);
        seen.damaged += 1;
        recover(all[securityId]!);
        seen.snapshots += 1;
      }
    }
    expect(channel.counts.damaged).toBe(seen.damaged + seen.skipped);
    expect([seen.agreements > 500, seen.snapshots > 100]).toEqual([true, true]);
    for (const { plain, book } of all) {
      expect(book.count).toBe(plain.orders.length);
      expect(book.condition.isLive).toBe(true);
    }
  }, 120_000);

  test('of garbage never throw', () => {
    const random = seededRandom(testSeed());
    const ODD = [0, 1, 2, 3, 0xffff_ffff, -1, 0.5, 2 ** 53, Number.NaN, Infinity];
    const odd = (): number => ODD[Math.floor(random() * ODD.length)]!;
    const channel = new DepthChannel();
    const books = [0, 1].map((securityId) => channel.add({ securityId, orders: { ordersMax: 9 } }));
    for (const { orders } of books) orders!.reset();
    for (let done = 0; done < 50_000; done++) {
      const ids = { idHi: odd() >>> 0, idLo: odd() >>> 0, priorityHi: 0, priorityLo: odd() >>> 0 };
      const fields = { ...ids, action: odd(), price: odd(), size: odd(), isBid: random() < 0.5 };
      channel.applyOrder(orderUpdate({ ...fields, securityId: 1 }));
      if (random() < 0.001) books[1]!.orders!.reset();
    }
    expect(books[0]!.orders!.condition).toMatchObject({ damaged: 0, isLive: true });
    expect(books[1]!.orders!.condition.damaged).toBe(channel.counts.damaged);
    expect(channel.counts.of(DepthCode.OrdersFull)).toBeGreaterThan(0);
  });
});

/** A snapshot of all orders, in the order in which they stand. */
function recover(pair: Pair): void {
  pair.book.beginSnapshot();
  for (const order of pair.plain.orders) {
    expect(pair.book.addSnapshotOrder(orderUpdate(order))).toBe(DepthCode.Applied);
  }
  expect(pair.book.endSnapshot()).toBe(DepthCode.Refreshed);
  pair.publishAll();
  pair.compare(true);
  pair.compare(false);
}
