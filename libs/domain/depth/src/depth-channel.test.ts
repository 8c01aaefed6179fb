// Goal: what concerns all books of a channel: events over messages and instruments, resets, missing
// packets, and real and implied levels together.
import { beforeEach, describe, expect, test } from 'vitest';
import { levelUpdate, rowsOf } from '../test/level-texts.ts';
import { orderUpdate } from '../test/plain-orders.ts';
import {
  BookState,
  ConsolidatedSide,
  DepthChannel,
  DepthCode,
  DepthError,
  END_OF_EVENT,
  ORDERS_ABSENT,
  UpdateAction,
  depthCodeName,
} from './index.ts';
import type { ChannelInstrument } from './index.ts';

const LAST_QUOTE = 0x04;

let channel: DepthChannel;
let first: ChannelInstrument;
let second: ChannelInstrument;

beforeEach(() => {
  channel = new DepthChannel();
  first = channel.add({ securityId: 1, levels: 3, impliedLevels: 2, orders: { ordersMax: 5 } });
  second = channel.add({ securityId: -2 });
  channel.reset();
});

const apply = (fields: object): DepthCode =>
  channel.apply(levelUpdate({ securityId: 1, rptSeq: first.depth.rptSeq + 1, ...fields }));

describe('an event', () => {
  test('is over for every book that it touched when its last message says so', () => {
    apply({ price: 99 });
    expect(channel.endEvent(LAST_QUOTE)).toBe(0);
    channel.apply(levelUpdate({ securityId: -2, rptSeq: 1, price: 5 }));
    channel.applyOrder(orderUpdate({ securityId: 1 }));
    expect([first.depth, first.orders!, second.depth].map((book) => book.isConsistent)).toEqual([
      false,
      false,
      false,
    ]);
    expect(channel.endEvent(END_OF_EVENT | LAST_QUOTE)).toBe(2);
    expect([channel.touched(0), channel.touched(1)]).toEqual([first, second]);
    expect([first.depth, first.orders!, second.depth].every((book) => book.isConsistent)).toBe(
      true,
    );
    expect(channel.endEvent(END_OF_EVENT)).toBe(0);
  });

  test('of an instrument that is removed is dropped', () => {
    apply({ price: 99 });
    channel.apply(levelUpdate({ securityId: -2, rptSeq: 1, price: 5 }));
    channel.remove(1);
    channel.remove(77);
    expect([channel.endEvent(END_OF_EVENT), channel.touched(0)]).toEqual([1, second]);
    expect([channel.get(1), apply({})]).toEqual([undefined, DepthCode.UnknownInstrument]);
  });
});

describe('a channel', () => {
  test('counts what is of no instrument, or of none with orders', () => {
    expect(channel.apply(levelUpdate({ securityId: 9 }))).toBe(DepthCode.UnknownInstrument);
    expect(channel.advance(levelUpdate({ securityId: 9 }))).toBe(DepthCode.UnknownInstrument);
    expect(channel.applyOrder(orderUpdate({ securityId: -2 }))).toBe(DepthCode.UnknownInstrument);
    expect(channel.counts.toJson()).toEqual({ UnknownInstrument: 3 });
  });

  test('has each instrument once', () => {
    expect(() => channel.add({ securityId: 1 })).toThrow(DepthError);
  });

  test('that is reset has empty books, whose RptSeq begins at 1', () => {
    apply({ price: 99 });
    channel.applyOrder(orderUpdate({ securityId: 1 }));
    channel.reset();
    expect([first.depth.real.bids.count, first.orders!.count]).toEqual([0, 0]);
    expect(channel.endEvent(END_OF_EVENT)).toBe(0);
    expect(apply({ rptSeq: 1, price: 3 })).toBe(DepthCode.Applied);
  });

  test('with missing packets doubts all books, and RptSeq clears those by level', () => {
    apply({ price: 99 });
    channel.packetsMissing();
    expect(first.depth.condition.state).toBe(BookState.Suspect);
    expect(first.orders!.condition.reason).toBe(DepthCode.ChannelGap);
    expect(channel.advance(levelUpdate({ securityId: 1, rptSeq: 2 }))).toBe(DepthCode.Refreshed);
    expect(first.depth.condition.state).toBe(BookState.Live);
    expect([second.depth, first.orders!].map(({ condition }) => condition.state)).toEqual([2, 2]);
    expect(channel.counts.of(DepthCode.ChannelGap)).toBe(3);
  });
});

test('levels by real and implied orders are added up, best first', () => {
  const both = new ConsolidatedSide(5);
  const implied = { isImplied: true, orders: ORDERS_ABSENT };
  for (const [at, price] of [99, 97, 95].entries()) apply({ level: at + 1, price, size: 10 });
  apply({ ...implied, level: 1, price: 98, size: 3 });
  apply({ ...implied, level: 2, price: 97, size: 4 });
  both.read(first.depth, true);
  expect(rowsOf(both)).toEqual([
    [99, 10, 1],
    [98, 3, ORDERS_ABSENT],
    [97, 14, 1],
    [95, 10, 1],
  ]);
  apply({ ...implied, action: UpdateAction.Overlay, level: 1, price: 101, size: 2 });
  apply({ ...implied, action: UpdateAction.Overlay, level: 2, price: 90, size: 1 });
  both.read(first.depth, true);
  expect(rowsOf(both).map(([price]) => price)).toEqual([101, 99, 97, 95, 90]);
  both.read(first.depth, false);
  expect([both.count, both.priceAt(0), both.sizeAt(0), both.ordersAt(0)]).toEqual([
    0,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a code has a name', () => {
  expect([depthCodeName(DepthCode.PriceOrder), depthCodeName(99)]).toEqual([
    'PriceOrder',
    'Unknown(99)',
  ]);
});
