// Goal: every tick of a frame says of that frame what it has to, and leaves with it. Method: a sink
// that copies what it is given; ticks read back from the bytes.
import {
  ABSENT,
  INSTRUMENT_ALL,
  STAMP_ABSENT_WORD,
  StreamReason,
  StreamScope,
  StreamState,
  TICK_BYTES,
} from '@tickwire/core';
import { Action, Side, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import type { RecvStamp } from './recv-stamp.ts';
import { TickEmitter } from './tick-emitter.ts';
import type { FeedSymbol, LevelTick } from './tick-emitter.ts';

const RECV: RecvStamp = { hi: 400_000_000, lo: 1_000_000, monotonicNs: 77 };
const END = TickFlag.Last | TickFlag.EventEnd;
const BID: LevelTick = {
  isBid: true,
  price: 5,
  size: 6,
  sequence: 9,
  action: Action.Add,
  flags: 0,
};

function setUp(options: { flags?: number } = {}) {
  const runs: { ticks: TickView[]; recvMonotonicNs: number }[] = [];
  const emit = new TickEmitter(
    {
      publish(batch, recvMonotonicNs) {
        const view = new DataView(batch.bytes.slice(0, batch.count * TICK_BYTES).buffer);
        const ticks = Array.from({ length: batch.count }, (_, at) =>
          new TickView().wrap(view, at * TICK_BYTES),
        );
        runs.push({ ticks, recvMonotonicNs });
      },
    },
    { publisher: 3, flags: options.flags ?? 0, badTimestampMs: 1_000 },
  );
  const symbol: FeedSymbol = { index: 4, synced: true, gapBefore: false };
  const ticks = (): TickView[] => runs.flatMap((run) => run.ticks);
  return { emit, runs, ticks, symbol };
}

describe('the header of a tick', () => {
  test('has the frame’s times, the feed’s publisher and flags, the symbol’s index', () => {
    const { emit, ticks, symbol } = setUp({ flags: TickFlag.Simulated });
    expect(emit.begin(RECV, { hi: RECV.hi, lo: RECV.lo - 500 })).toBe(500);
    emit.data(TickKind.Trade, symbol).sequence = 8;
    emit.publish();
    expect(ticks()).toHaveLength(1);
    expect(ticks()[0]).toMatchObject({
      ...{ kind: TickKind.Trade, instrument: 4, publisher: 3, sequence: 8 },
      ...{ tsRecvHi: RECV.hi, tsRecvLo: RECV.lo, tsEventHi: RECV.hi, tsEventLo: RECV.lo - 500 },
      flags: TickFlag.Simulated | END,
    });
  });

  test('has no event time when the frame names none, also after one that did', () => {
    const { emit, ticks, symbol } = setUp();
    emit.begin(RECV, RECV);
    emit.data(TickKind.Trade, symbol);
    expect(emit.begin({ ...RECV }, undefined)).toBeUndefined();
    emit.data(TickKind.Trade, symbol);
    emit.publish();
    expect(ticks().map(({ hasTsEvent }) => hasTsEvent)).toEqual([true, false]);
  });

  test.each([
    ['too late', -1_000_000_001, true],
    ['too early', 1_000_000_001, true],
    ['as far off as it may be', 1_000_000_000, false],
  ])('an event time %s', (_, offsetNs, isBad) => {
    const { emit, ticks, symbol } = setUp();
    const recv = { hi: 400_000_000, lo: 2_000_000_000, monotonicNs: 1 };
    emit.begin(recv, { hi: recv.hi, lo: recv.lo + offsetNs });
    emit.data(TickKind.Quote, symbol);
    expect(emit.hasBadTimestamp).toBe(isBad);
    // The next frame has its own.
    emit.begin({ ...recv }, recv);
    emit.data(TickKind.Quote, symbol);
    emit.publish();
    expect(ticks().map(({ flags }) => (flags & TickFlag.BadTs) !== 0)).toEqual([isBad, false]);
  });

  test('says of an event time that was left out that it was bad', () => {
    const { emit, ticks, symbol } = setUp();
    emit.begin(RECV, undefined);
    emit.markBadTimestamp();
    emit.data(TickKind.Quote, symbol);
    emit.publish();
    expect(ticks()[0]?.flags).toBe(TickFlag.BadTs | END);
  });

  test('warns of a book that is not to be used, and once of a gap before it', () => {
    const { emit, ticks } = setUp();
    const symbol: FeedSymbol = { index: 4, synced: false, gapBefore: true };
    emit.begin(RECV, undefined);
    emit.data(TickKind.Trade, symbol);
    emit.data(TickKind.Trade, symbol);
    emit.publish();
    const suspect = TickFlag.SuspectBook | END;
    expect(ticks().map(({ flags }) => flags)).toEqual([suspect | TickFlag.GapBefore, suspect]);
    expect(symbol.gapBefore).toBe(false);
  });
});

describe('publication', () => {
  test('gives nothing when there is nothing', () => {
    const { emit, runs } = setUp();
    emit.begin(RECV, undefined);
    emit.publish();
    expect(runs).toEqual([]);
  });

  test('never mixes frames: the next one sends off what is left of the one before', () => {
    const { emit, runs, symbol } = setUp();
    emit.begin(RECV, undefined);
    emit.data(TickKind.Trade, symbol);
    emit.data(TickKind.Trade, symbol);
    emit.begin({ ...RECV, monotonicNs: 99 }, undefined);
    emit.data(TickKind.Trade, symbol);
    emit.publish();
    expect(runs.map((run) => [run.ticks.length, run.recvMonotonicNs])).toEqual([
      [2, 77],
      [1, 99],
    ]);
  });

  test('gives a frame of any length, in order', () => {
    const { emit, runs, ticks, symbol } = setUp();
    emit.begin(RECV, undefined);
    for (let at = 0; at < 2_500; at++) emit.data(TickKind.Trade, symbol).sequence = at;
    emit.publish();
    expect(runs.length).toBeGreaterThan(1);
    const sent = Array.from({ length: 2_500 }, (_, at) => at);
    expect(ticks().map(({ sequence }) => sequence)).toEqual(sent);
  });
});

describe('ticks of a book', () => {
  test('a level, of the entry that its size is in', () => {
    const { emit, ticks, symbol } = setUp();
    emit.begin(RECV, undefined);
    emit.level(symbol, { ...BID, sequence: 2 ** 32 + 9 }, 4);
    emit.level(symbol, { ...BID, isBid: false, flags: END }, 6);
    emit.level(symbol, { ...BID, price: ABSENT, action: Action.None }, 4);
    emit.publish();
    const shown = ticks().map(({ instrument, side, action, price, size, sequence, flags }) => {
      return { instrument, side, action, price, size, sequence, flags };
    });
    const level = { instrument: 4, action: Action.Add, price: 5, size: 6, sequence: 9, flags: 0 };
    expect(shown).toEqual([
      { ...level, side: Side.Bid },
      { ...level, side: Side.Ask, instrument: 6, flags: END },
      { ...level, side: Side.None, action: Action.None, price: ABSENT },
    ]);
  });

  test('a CLEAR with the whole sequence', () => {
    const { emit, ticks, symbol } = setUp();
    emit.begin(RECV, undefined);
    emit.clear(symbol, 3 * 2 ** 32 + 7, TickFlag.Snapshot);
    emit.publish();
    expect(ticks()[0]).toMatchObject({
      ...{ kind: TickKind.Clear, instrument: 4, sequence: 7, flags: TickFlag.Snapshot },
      ...{ fullSequenceHi: 3, fullSequenceLo: 7, side: Side.None, action: Action.Clear },
    });
  });
});

describe('a change of state', () => {
  const change = {
    ...{ state: StreamState.Gap, previous: StreamState.Live, reason: StreamReason.SequenceGap },
  };

  test('of a symbol names the hole, from when on, and the entry of the ledger', () => {
    const { emit, ticks, symbol } = setUp({ flags: TickFlag.Simulated });
    emit.begin(RECV, RECV);
    const missing = { first: 2 ** 33 + 1, count: 2 ** 32 + 2 };
    emit.stream(symbol, { ...change, missing, from: { hi: 1, lo: 2 }, ledgerId: 12 });
    emit.publish();
    expect(ticks()[0]).toMatchObject({
      ...{ kind: TickKind.Stream, instrument: 4, publisher: 3, flags: TickFlag.Simulated | END },
      ...{ tsEventHi: RECV.hi, tsEventLo: RECV.lo, tsRecvHi: RECV.hi, tsRecvLo: RECV.lo },
      ...{ firstMissingHi: 2, firstMissingLo: 1, missingCountHi: 1, missingCountLo: 2 },
      ...{ fromTsHi: 1, fromTsLo: 2, ledgerId: 12, scope: StreamScope.Instrument },
      ...{ state: StreamState.Gap, previousState: StreamState.Live },
      reason: StreamReason.SequenceGap,
    });
  });

  test('of the whole channel is for all; of a gap of unknown size the count is absent', () => {
    const { emit, ticks, symbol } = setUp();
    emit.begin(RECV, undefined);
    emit.stream(undefined, { ...change, reason: StreamReason.Disconnected });
    emit.stream(symbol, { ...change, state: StreamState.Live, reason: StreamReason.Started });
    emit.publish();
    const [gap, live] = ticks();
    expect(gap).toMatchObject({
      ...{ instrument: INSTRUMENT_ALL, scope: StreamScope.Channel, ledgerId: 0 },
      ...{ missingCountHi: STAMP_ABSENT_WORD, missingCountLo: STAMP_ABSENT_WORD },
      ...{ fromTsHi: STAMP_ABSENT_WORD, fromTsLo: STAMP_ABSENT_WORD },
    });
    expect(live).toMatchObject({ missingCountHi: 0, missingCountLo: 0 });
  });

  test('is no data tick: GAP_BEFORE waits for one', () => {
    const { emit, ticks } = setUp();
    const symbol: FeedSymbol = { index: 4, synced: false, gapBefore: true };
    emit.begin(RECV, undefined);
    emit.stream(symbol, change);
    emit.publish();
    expect([symbol.gapBefore, ticks()[0]?.flags]).toEqual([true, END]);
  });
});

describe('flags that what follows decides', () => {
  test('are added to a tick that has not left, and to no other', () => {
    const { emit, ticks, symbol } = setUp();
    emit.begin(RECV, undefined);
    const first = emit.position;
    emit.data(TickKind.Trade, symbol, 0).sequence = 1;
    const second = emit.position;
    emit.data(TickKind.Trade, symbol, 0).sequence = 2;
    expect([first, second, emit.position]).toEqual([0, 1, 2]);
    expect(emit.addFlags(second, TickFlag.Last)).toBe(true);
    emit.publish();
    expect(emit.addFlags(first, TickFlag.Last)).toBe(false);
    emit.data(TickKind.Trade, symbol, 0).sequence = 3;
    expect(emit.addFlags(2, END)).toBe(true);
    emit.publish();
    expect(ticks().map(({ sequence, flags }) => [sequence, flags])).toEqual([
      [1, 0],
      [2, TickFlag.Last],
      [3, END],
    ]);
  });
});
