// Goal: when a book may be trusted, and how it says so. Method: one instrument of two levels, the
// codes and conditions after each step.
import { beforeEach, describe, expect, test } from 'vitest';
import { levelUpdate, rowsOf } from '../test/level-texts.ts';
import {
  BookState,
  DepthCode,
  DepthCounts,
  DepthSnapshot,
  InstrumentDepth,
  PriceChanges,
  UpdateAction,
} from './index.ts';
import type { LevelUpdate } from './index.ts';

const { Change, Delete, DeleteThru, Overlay } = UpdateAction;

let counts: DepthCounts;
let depth: InstrumentDepth;
let rptSeq: number;

const make = (options: { impliedLevels?: number; hasRptSeq?: boolean } = {}): InstrumentDepth =>
  new InstrumentDepth(
    { securityId: 7, levels: 2, ...options },
    { changes: new PriceChanges(2), counts },
  );

/** The next update of the instrument. */
const next = (fields: Partial<LevelUpdate>): DepthCode =>
  depth.apply(levelUpdate({ rptSeq: ++rptSeq, tsHi: 5, tsLo: rptSeq, ...fields }));

beforeEach(() => {
  counts = new DepthCounts();
  depth = make();
  rptSeq = 0;
});

function live(): void {
  expect(next({ price: 99 })).toBe(DepthCode.Refreshed);
  expect(next({ isBid: false, price: 101 })).toBe(DepthCode.Applied);
  depth.endEvent();
}

describe('RptSeq', () => {
  test('1 is the begin of the week: the book before it was empty', () => {
    expect(depth.condition.state).toBe(BookState.Unknown);
    live();
    expect(depth.condition.state).toBe(BookState.Live);
    expect(depth.rptSeq).toBe(2);
  });

  test('of a late start the book is unknown, which is no gap', () => {
    rptSeq = 4_000;
    expect(next({ price: 99 })).toBe(DepthCode.Untrusted);
    expect(depth.condition).toMatchObject({ state: BookState.Unknown, gaps: 0 });
    expect([depth.changes.count, depth.isConsistent]).toEqual([0, false]);
  });

  test('with a hole makes the book suspect, with first, count and time', () => {
    live();
    rptSeq += 3;
    expect(next({ price: 98, level: 2 })).toBe(DepthCode.Gap);
    expect(depth.condition).toMatchObject({
      state: BookState.Suspect,
      reason: DepthCode.Gap,
      since: { hi: 5, lo: 6 },
      firstMissing: 3,
      missing: 3,
    });
    rptSeq += 1;
    next({ price: 98, level: 2 });
    expect(depth.condition).toMatchObject({ firstMissing: 3, missing: 4, gaps: 2 });
    expect([depth.changes.count, depth.isConsistent]).toEqual([0, false]);
  });

  test('that the book has is passed over', () => {
    live();
    expect(depth.apply(levelUpdate({ rptSeq: 2, price: 50 }))).toBe(DepthCode.Old);
    expect(depth.condition).toMatchObject({ state: BookState.Live, old: 1 });
    expect(rowsOf(depth.real.bids)).toEqual([[99, 1, 1]]);
  });

  test('that began anew unnoticed makes the book unknown, until it is restated', () => {
    live();
    depth.restart();
    expect(depth.condition.state).toBe(BookState.Suspect);
    expect([depth.rptSeq, depth.isConsistent, depth.real.isKnown]).toEqual([0, false, false]);
    rptSeq = 0;
    expect(next({ price: 98 })).toBe(DepthCode.Refreshed);
    expect(rowsOf(depth.real.bids)).toEqual([[98, 1, 1]]);
  });

  test('counts trades and statistics too', () => {
    live();
    expect(depth.advance(levelUpdate({ rptSeq: ++rptSeq }))).toBe(DepthCode.Applied);
    expect(next({ action: Change, price: 99, size: 4 })).toBe(DepthCode.Applied);
    rptSeq += 1;
    expect(depth.advance(levelUpdate({ rptSeq: ++rptSeq }))).toBe(DepthCode.Gap);
    expect(depth.advance(levelUpdate({ rptSeq }))).toBe(DepthCode.Old);
    expect(depth.condition).toMatchObject({ state: BookState.Suspect, missing: 1 });
  });

  test('that a feed does not state is not looked at', () => {
    depth = make({ hasRptSeq: false });
    depth.reset();
    expect(depth.apply(levelUpdate({ price: 99 }))).toBe(DepthCode.Applied);
    expect(depth.advance(levelUpdate({}))).toBe(DepthCode.Applied);
    depth.doubt();
    expect(depth.apply(levelUpdate({ action: Change, price: 99 }))).toBe(DepthCode.Untrusted);
  });
});

describe('after a gap the book is right again', () => {
  beforeEach(() => {
    live();
    rptSeq += 1;
  });

  test('when updates have decided every level of both sides', () => {
    expect(next({ level: 1, price: 99 })).toBe(DepthCode.Gap);
    expect(next({ level: 2, price: 98 })).toBe(DepthCode.Untrusted);
    expect([depth.real.bids.isKnown, depth.real.asks.isKnown]).toEqual([true, false]);
    expect(next({ isBid: false, level: 2, price: 103, action: Overlay })).toBe(1);
    expect([depth.real.asks.knows(0), depth.real.asks.priceAt(1)]).toEqual([false, 103]);
    expect(next({ isBid: false, level: 1, price: 102, action: Change })).toBe(DepthCode.Refreshed);
    expect(depth.changes.count).toBe(0);
    expect(depth.condition).toMatchObject({ state: BookState.Live, missing: 0, missingTotal: 1 });
    expect(rowsOf(depth.real.asks).map(([price]) => price)).toEqual([102, 103]);
    expect(depth.isConsistent).toBe(false);
    depth.endEvent();
    expect(depth.isConsistent).toBe(true);
  });

  test('also by deletes: a position that gets free at the end is empty', () => {
    expect(next({ isBid: false, action: DeleteThru })).toBe(DepthCode.Gap);
    expect(next({ action: Delete, level: 1, price: 55 })).toBe(DepthCode.Untrusted);
    expect([depth.real.bids.knows(0), depth.real.bids.knows(1)]).toEqual([false, true]);
    expect(next({ action: Change, level: 1, price: 54 })).toBe(DepthCode.Refreshed);
    expect(rowsOf(depth.real.bids)).toEqual([[54, 1, 1]]);
  });

  test('and begins anew when what comes contradicts itself', () => {
    next({ level: 1, price: 99 });
    expect(next({ level: 2, price: 100 })).toBe(DepthCode.PriceOrder);
    expect(depth.condition).toMatchObject({ reason: DepthCode.Gap, damaged: 1 });
    expect(depth.real.bids.knows(0)).toBe(false);
  });

  test('and with implied levels only when these are decided as well', () => {
    depth = make({ impliedLevels: 2 });
    rptSeq = 10;
    next({ action: DeleteThru });
    expect(next({ action: DeleteThru, isBid: false })).toBe(DepthCode.Untrusted);
    next({ action: DeleteThru, isImplied: true });
    expect(next({ action: DeleteThru, isImplied: true, isBid: false })).toBe(DepthCode.Refreshed);
  });
});

describe('a snapshot', () => {
  const snapshot = new DepthSnapshot({ levels: 3, impliedLevels: 1 });
  const add = (fields: Partial<LevelUpdate>): void => snapshot.add(levelUpdate(fields));

  beforeEach(() => {
    live();
    rptSeq += 1;
    next({ level: 1, price: 99 });
    snapshot.begin(rptSeq);
  });

  test('makes the book right again, in whatever order its levels come', () => {
    depth.beginRecovery();
    expect(depth.condition.state).toBe(BookState.Recovering);
    add({ level: 2, price: 80, size: 3 });
    add({ level: 1, price: 81, size: 2 });
    expect(depth.loadSnapshot(snapshot)).toBe(DepthCode.Refreshed);
    expect(depth.condition).toMatchObject({ state: BookState.Live, reason: DepthCode.Applied });
    expect(rowsOf(depth.real.bids)).toEqual([
      [81, 2, 1],
      [80, 3, 1],
    ]);
    expect([depth.real.asks.count, depth.isConsistent]).toEqual([0, true]);
    expect(next({ level: 1, action: Delete, price: 81 })).toBe(DepthCode.Applied);
  });

  test('older than what was seen waits for the updates since then, given again', () => {
    next({ level: 2, price: 98 });
    add({ level: 1, price: 99 });
    expect(depth.loadSnapshot(snapshot)).toBe(DepthCode.Untrusted);
    expect([depth.isConsistent, depth.rptSeq]).toEqual([false, rptSeq - 1]);
    expect(depth.apply(levelUpdate({ rptSeq, level: 2, price: 98 }))).toBe(DepthCode.Refreshed);
    expect(rowsOf(depth.real.bids).map(([price]) => price)).toEqual([99, 98]);
  });

  test('of a live book is old, unless it is ahead of it', () => {
    depth.reset();
    next({ rptSeq: 1, price: 99 });
    snapshot.begin(1);
    expect(depth.loadSnapshot(snapshot)).toBe(DepthCode.Old);
    snapshot.begin(2);
    expect(depth.loadSnapshot(snapshot)).toBe(DepthCode.Refreshed);
    expect(depth.real.bids.count).toBe(0);
  });

  test.each<[keyof typeof DepthCode, Partial<LevelUpdate>]>([
    ['LevelHole', { level: 2, price: 98 }],
    ['BadLevel', { level: 4, price: 98 }],
    ['PriceRange', { level: 1, price: 0.5 }],
    ['BadLevel', { level: 1, price: 98, isImplied: true }],
  ])('that is damaged (%s) changes nothing', (code, fields) => {
    add(fields);
    expect(depth.loadSnapshot(snapshot)).toBe(DepthCode[code]);
    expect(depth.condition).toMatchObject({ state: BookState.Suspect, damaged: 1 });
    expect(depth.rptSeq).toBe(rptSeq);
  });

  test('whose prices are out of order changes nothing', () => {
    add({ level: 1, price: 98 });
    add({ level: 2, price: 98 });
    expect(depth.loadSnapshot(snapshot)).toBe(DepthCode.PriceOrder);
    expect(depth.isConsistent).toBe(false);
  });
});

describe('a damaged update', () => {
  test('makes the book suspect for its reason, is counted, and forgets what was known', () => {
    live();
    expect(next({ action: Change, level: 2, price: 98 })).toBe(DepthCode.EmptyLevel);
    expect(depth.condition).toMatchObject({
      state: BookState.Suspect,
      reason: DepthCode.EmptyLevel,
      since: { hi: 5, lo: 3 },
      damaged: 1,
    });
    expect([depth.changes.count, depth.real.isKnown, counts.damaged]).toEqual([0, false, 1]);
    expect(counts.toJson()).toEqual({ Refreshed: 1, EmptyLevel: 1 });
  });

  test('behind a hole: both are counted', () => {
    live();
    rptSeq += 1;
    expect(next({ level: 9, price: 1 })).toBe(DepthCode.BadLevel);
    expect([counts.of(DepthCode.Gap), counts.of(DepthCode.BadLevel)]).toEqual([1, 1]);
    expect(depth.condition).toMatchObject({ reason: DepthCode.Gap, missing: 1, damaged: 1 });
  });

  test('may show at the end of its event', () => {
    live();
    next({ action: Overlay, level: 2, price: 100 });
    expect(depth.endEvent()).toBe(DepthCode.PriceOrder);
    expect(depth.condition).toMatchObject({ state: BookState.Suspect, since: { hi: 0, lo: 0 } });
  });
});

describe('packets that are missing', () => {
  beforeEach(() => {
    live();
    depth.doubt();
    expect(depth.condition).toMatchObject({
      state: BookState.Suspect,
      reason: DepthCode.ChannelGap,
    });
  });

  test('were none of the book when its RptSeq goes on', () => {
    expect(next({ action: Change, price: 99, size: 8 })).toBe(DepthCode.Refreshed);
    expect(rowsOf(depth.real.bids)).toEqual([[99, 8, 1]]);
    expect(depth.condition.isLive).toBe(true);
  });

  test('were some of it when its RptSeq has a hole', () => {
    rptSeq += 2;
    expect(next({ action: Change, price: 99, size: 8 })).toBe(DepthCode.Gap);
    expect(depth.condition).toMatchObject({ missing: 2, firstMissing: 3 });
  });

  test('are no matter when a snapshot says that nothing happened', () => {
    const snapshot = new DepthSnapshot({ levels: 2 });
    snapshot.begin(rptSeq);
    snapshot.add(levelUpdate({ price: 99 }));
    expect(depth.loadSnapshot(snapshot)).toBe(DepthCode.Refreshed);
  });
});

test('a reset empties the book, and RptSeq begins at 1 again', () => {
  live();
  depth.reset();
  expect([depth.real.bids.count, depth.real.asks.count, depth.isConsistent]).toEqual([0, 0, true]);
  expect(next({ rptSeq: 1, price: 3 })).toBe(DepthCode.Applied);
});

test('an instrument has one level at least', () => {
  expect(() => new InstrumentDepth({ securityId: 1, levels: 0 })).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION' }),
  );
});
