// Goal: the book by order is that of the venue at every end of an event.
// Method: random orders, cancelled in parts, changed and filled, against a plain map of orders.
import type { OrderSide } from '@tickwire/domain-depth';
import { seededRandom, testSeed } from '@tickwire/testing';
import { Action, MboRecord, RType, RecordFlag, Side, DbnEncoder } from '@tickwire/wire-dbn';
import { expect, test } from 'vitest';
import { VenueBook } from './venue-book.ts';

interface PlainOrder {
  side: number;
  price: number;
  size: number;
}

function plainLevels(orders: ReadonlyMap<number, PlainOrder>, side: number): number[][] {
  const sizes = new Map<number, number>();
  for (const order of orders.values()) {
    if (order.side === side) sizes.set(order.price, (sizes.get(order.price) ?? 0) + order.size);
  }
  const levels = [...sizes].sort(([a], [b]) => (side === Side.Bid ? b - a : a - b));
  return levels.map(([price, size]) => [price, size]);
}

function levelsOf(side: OrderSide): number[][] {
  return Array.from({ length: side.count }, (_, at) => [side.priceAt(at)!, side.sizeAt(at)!]);
}

test('equals a plain map of orders at every LAST', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const record = new MboRecord();
  const encoder = new DbnEncoder(new Uint8Array(64), { version: 3 });
  const book = new VenueBook();
  const orders = new Map<number, PlainOrder>();
  let lastId = 0;
  const apply = (action: number, id: number, order: PlainOrder): void => {
    encoder.clear();
    encoder.begin(record, RType.Mbo);
    record.setAction(action).setOrderIdWords(0, id).setSide(order.side).setPrice(order.price);
    record.setSize(order.size).setFlags(random() < 0.5 ? RecordFlag.Last : 0);
    book.apply(record);
    if ((record.flags & RecordFlag.Last) === 0) return;
    expect(book.book.isConsistent, `seed ${seed}`).toBe(true);
    expect(levelsOf(book.book.bids), `seed ${seed}`).toEqual(plainLevels(orders, Side.Bid));
    expect(levelsOf(book.book.asks), `seed ${seed}`).toEqual(plainLevels(orders, Side.Ask));
  };
  const anyPrice = (): number => Math.floor(random() * 20) * 250_000_000;
  apply(Action.Clear, 0, { side: Side.None, price: 0, size: 0 });
  for (let round = 0; round < 3_000; round++) {
    const known = [...orders.keys()];
    const id = known[Math.floor(random() * known.length)];
    const order = id === undefined ? undefined : orders.get(id);
    if (id === undefined || order === undefined || random() < 0.4) {
      const side = random() < 0.5 ? Side.Bid : Side.Ask;
      const added = { side, price: anyPrice(), size: 1 + Math.floor(random() * 9) };
      orders.set(++lastId, added);
      apply(Action.Add, lastId, added);
    } else if (random() < 0.4) {
      const changed = { ...order, price: anyPrice(), size: 1 + Math.floor(random() * 9) };
      orders.set(id, changed);
      apply(Action.Modify, id, changed);
    } else {
      const cancelled = 1 + Math.floor(random() * order.size);
      if (random() < 0.3) apply(Action.Fill, id, { ...order, size: cancelled });
      if (cancelled === order.size) orders.delete(id);
      else orders.set(id, { ...order, size: order.size - cancelled });
      apply(Action.Cancel, id, { ...order, size: cancelled });
    }
  }
  expect(lastId).toBeGreaterThan(500);
});
