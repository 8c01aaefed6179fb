import { StreamScope, StreamState, stampFromMs } from '@tickwire/core';
import { Action, BarFlag, TickBatch, TickFlag, TickKind, describeTick } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { BarBuilder } from './bar-builder.ts';
import type { BarBuilderOptions } from './bar-builder.ts';
import { TAPE_EPOCH_MS, TickTape } from './tick-tape.ts';

const EPOCH_US = TAPE_EPOCH_MS * 1000;
const S = 1_000_000;

interface Seen {
  start: number;
  ohlc: number[];
  volume: number;
  trades: number;
  revision: number;
  coverage: number;
  flags: number;
  turnover: string;
  interval: number;
}

function setUp(options: Partial<BarBuilderOptions> = {}) {
  const tape = new TickTape(4096);
  const seen: Seen[] = [];
  const out = new TickBatch(4096);
  const builder = new BarBuilder({
    timeframesMs: [1000],
    lookup: tape.lookup,
    onBar: (bar) => {
      bar.writeTo(out, 9);
      seen.push({
        start: bar.startMs - TAPE_EPOCH_MS,
        ohlc: [bar.open, bar.high, bar.low, bar.close],
        volume: bar.volume,
        trades: bar.trades,
        revision: bar.revision,
        coverage: bar.coverageE4,
        flags: bar.barFlags,
        turnover: bar.turnoverText(),
        interval: bar.intervalMs,
      });
    },
    ...options,
  });
  let applied = 0;
  const run = (): Seen[] => {
    for (; applied < tape.batch.count; applied++) {
      builder.apply(tape.batch.view, applied * 64, applied);
    }
    return seen;
  };
  return { tape, builder, run, seen, out, a: tape.instrument('A') };
}

describe('time bars', () => {
  test('close at watermark = end + grace, by CLOCK alone, not by the next trade', () => {
    const { tape, run, a } = setUp();
    tape.trade({ instrument: a, price: 100, size: 5, recvUs: 0.2 * S, eventUs: 0.1 * S });
    tape.trade({ instrument: a, price: 300, size: 1, recvUs: 0.5 * S, eventUs: 0.4 * S });
    tape.trade({ instrument: a, price: 200, size: 2, recvUs: 0.9 * S, eventUs: 0.8 * S });
    tape.clock(1.25 * S - 1);
    expect(run()).toEqual([]);
    tape.clock(1.25 * S);
    expect(run()).toEqual([
      {
        start: 0,
        ohlc: [100, 300, 100, 200],
        volume: 8,
        trades: 3,
        revision: 0,
        coverage: 0,
        flags: 0,
        turnover: '0.012', // (500 + 300 + 400) × 10^−5
        interval: 1000,
      },
    ]);
  });

  test('use the receipt when the event time is absent, bad, or far ahead of it', () => {
    const { tape, run, a, builder } = setUp();
    const trade = { instrument: a, price: 1, size: 1, recvUs: 1.5 * S };
    tape.trade(trade);
    tape.trade({ ...trade, eventUs: 0.1 * S, flags: TickFlag.BadTs | TickFlag.Last });
    tape.trade({ ...trade, eventUs: 100 * S });
    tape.clock(3 * S);
    expect(run()).toMatchObject([{ start: 1000, trades: 3 }]);
    expect(builder.counts.eventAhead).toBe(1);
  });

  test('a late trade makes revision 1 of its closed bar, and may become its open', () => {
    const { tape, run, a } = setUp();
    tape.trade({ instrument: a, price: 5, size: 1, recvUs: 0.5 * S, eventUs: 0.5 * S });
    tape.clock(2 * S);
    tape.trade({ instrument: a, price: 7, size: 1, recvUs: 2.1 * S, eventUs: 0.2 * S });
    expect(run().slice(1)).toMatchObject([
      { start: 0, ohlc: [7, 7, 5, 5], trades: 2, revision: 1, volume: 2 },
    ]);
  });

  test('a correction (cancel, then the new trade) is one revision', () => {
    const { tape, run, a } = setUp();
    const trade = { instrument: a, recvUs: 0.5 * S, eventUs: 0.5 * S };
    tape.trade({ ...trade, price: 5, size: 1, id: 1 });
    tape.trade({ ...trade, price: 9, size: 1, id: 2 });
    tape.clock(2 * S);
    const later = { instrument: a, recvUs: 3 * S, eventUs: 0.5 * S, id: 2 };
    tape.trade({ ...later, price: 9, size: 1, action: Action.Cancel, flags: 0 });
    tape.trade({ ...later, price: 6, size: 4, action: Action.Correct, flags: TickFlag.Last });
    expect(run().slice(1)).toMatchObject([
      { ohlc: [5, 6, 5, 6], volume: 5, trades: 2, revision: 1 },
    ]);
  });

  test('cancelling the only trade leaves revision 1 without trades, at the close before', () => {
    const { tape, run, a } = setUp();
    tape.trade({ instrument: a, price: 4, size: 1, recvUs: 0.5 * S, eventUs: 0.5 * S, id: 1 });
    tape.trade({ instrument: a, price: 8, size: 1, recvUs: 1.5 * S, eventUs: 1.5 * S, id: 2 });
    tape.clock(3 * S);
    tape.trade({ instrument: a, price: 8, size: 1, recvUs: 3 * S, id: 2, action: Action.Cancel });
    expect(run().at(-1)).toMatchObject({
      start: 1000,
      ohlc: [4, 4, 4, 4],
      volume: 0,
      trades: 0,
      flags: BarFlag.NoTrades,
      revision: 1,
    });
  });

  test('counts what it cannot place: unknown ids, too late, invalid, unknown instruments', () => {
    const { tape, run, a, builder } = setUp();
    const trade = { instrument: a, price: 1, size: 1 };
    tape.trade({ ...trade, recvUs: S, id: 77, action: Action.Cancel });
    tape.trade({ ...trade, recvUs: S, size: -1 });
    tape.trade({ ...trade, recvUs: S, price: 2 ** 63 });
    tape.trade({ ...trade, recvUs: S, instrument: 55 });
    for (let at = 0; at < 80; at++) tape.trade({ ...trade, recvUs: at * S, eventUs: at * S });
    tape.trade({ ...trade, recvUs: 80 * S, eventUs: 3 * S });
    run();
    expect(builder.counts).toMatchObject({
      unknownTrade: 1,
      invalid: 2,
      unknownInstrument: 1,
      tooLate: 1,
      folded: 80,
    });
  });

  test('does not guess the prices of a bar whose trades are no longer indexed', () => {
    const { tape, run, a, builder, seen } = setUp({ tradesKept: 4 });
    for (let at = 0; at < 6; at++) {
      tape.trade({ instrument: a, price: 10 + at, size: 1, recvUs: at, eventUs: at, id: at + 1 });
    }
    tape.trade({ instrument: a, price: 15, size: 1, recvUs: 10, id: 6, action: Action.Cancel });
    tape.trade({ instrument: a, price: 14, size: 1, recvUs: 10, id: 5, action: Action.Cancel });
    tape.trade({ instrument: a, price: 10, size: 1, recvUs: 10, id: 1, action: Action.Cancel });
    tape.clock(2 * S);
    run();
    expect(builder.counts).toMatchObject({ notRebuilt: 1, tooLate: 1, unknownTrade: 1 });
    expect(seen).toMatchObject([{ trades: 5, ohlc: [10, 15, 10, 15] }]);
  });

  test('an exponent that gets finer rescales the same bar exactly', () => {
    const { tape, run, a, builder } = setUp();
    tape.trade({ instrument: a, price: 101, size: 7, recvUs: 0.1 * S, eventUs: 0.1 * S, id: 1 });
    const finer = tape.instrument('A', { priceExp: -4, sizeExp: -3, supersedes: a });
    tape.trade({ instrument: finer, price: 10_001, size: 1, recvUs: 0.2 * S, eventUs: 0.2 * S });
    tape.trade({ instrument: a, price: 103, size: 1, recvUs: 0.3 * S, eventUs: 0.3 * S });
    tape.trade({
      instrument: a,
      price: 101,
      size: 7,
      recvUs: 0.4 * S,
      id: 1,
      action: Action.Cancel,
    });
    tape.clock(2 * S);
    expect(run()).toMatchObject([
      { ohlc: [10_001, 10_300, 10_001, 10_300], volume: 2, trades: 2, turnover: '0.0020301' },
    ]);
    expect(builder.counts).toMatchObject({ opened: 1, emitted: 1 });
  });

  test('bars without trades come only when asked for, with the coverage of their time', () => {
    const { tape, run, a } = setUp({ emptyBars: true });
    tape.stream({ recvUs: 0, state: StreamState.Live, scope: StreamScope.Ring });
    tape.trade({ instrument: a, price: 4, size: 1, recvUs: 0.5 * S, eventUs: 0.5 * S });
    tape.stream({
      recvUs: 1.5 * S,
      state: StreamState.Stale,
      scope: StreamScope.Instrument,
      instrument: a,
    });
    tape.clock(4.2 * S);
    expect(run()).toMatchObject([
      { start: 0, trades: 1, coverage: 10_000, flags: 0 },
      { start: 1000, trades: 0, coverage: 5_000, flags: BarFlag.NoTrades, ohlc: [4, 4, 4, 4] },
      { start: 2000, trades: 0, coverage: 0, flags: BarFlag.NoTrades },
    ]);
  });

  test('a stream that ended here, or went on in another ring, has no empty bars any more', () => {
    const { tape, run, a } = setUp({ emptyBars: true });
    tape.stream({ recvUs: 0, state: StreamState.Live, scope: StreamScope.Ring });
    tape.trade({ instrument: a, price: 4, size: 1, recvUs: 0.5 * S, eventUs: 0.5 * S });
    tape.stream({
      recvUs: 1.5 * S,
      state: StreamState.Closed,
      scope: StreamScope.Instrument,
      instrument: a,
    });
    tape.clock(4.2 * S);
    expect(run()).toMatchObject([
      { start: 0, trades: 1, coverage: 10_000 },
      { start: 1000, trades: 0, coverage: 5_000 },
    ]);
  });

  test('a silence too long for empty bars is skipped and counted', () => {
    const { tape, run, a, builder } = setUp({ emptyBars: true });
    tape.trade({ instrument: a, price: 4, size: 1, recvUs: 0, eventUs: 0 });
    tape.clock(1_000_000 * S);
    expect(run().length).toBeLessThan(10);
    expect(builder.counts.emptySkipped).toBeGreaterThan(999_000);
  });

  test('closing by clock says so, counts only the time the ring knows, and can be revised', () => {
    const { tape, run, a, builder, seen } = setUp();
    tape.stream({ recvUs: 0, state: StreamState.Live, scope: StreamScope.Ring });
    tape.trade({ instrument: a, price: 4, size: 1, recvUs: 0.5 * S, eventUs: 0.5 * S });
    run();
    expect(builder.closeByClock(EPOCH_US + 1.2 * S)).toBe(0);
    expect(builder.closeByClock(EPOCH_US + 1.3 * S)).toBe(1);
    expect(seen).toMatchObject([{ flags: BarFlag.ClosedByClock, coverage: 5_000 }]);
    tape.trade({ instrument: a, price: 6, size: 1, recvUs: 0.6 * S, eventUs: 0.6 * S });
    run();
    expect(seen[1]).toMatchObject({ revision: 1, ohlc: [4, 6, 4, 6] });
  });

  test('draining flags what is not over as partial, with the coverage it really has', () => {
    const { tape, run, a, builder, seen } = setUp({ timeframesMs: [1000, 60_000] });
    tape.stream({ recvUs: 0.2 * S, state: StreamState.Simulated, scope: StreamScope.Ring });
    tape.trade({ instrument: a, price: 4, size: 1, recvUs: 0.5 * S, eventUs: 0.5 * S });
    tape.clock(1.1 * S);
    run();
    builder.drain();
    expect(seen).toMatchObject([
      { interval: 1000, flags: 0, coverage: 8_000 },
      { interval: 60_000, flags: BarFlag.Partial, coverage: 150 },
    ]);
  });

  test('a gap that began before it was noticed takes its time back', () => {
    const { tape, run, a } = setUp();
    tape.stream({ recvUs: 0, state: StreamState.Live, scope: StreamScope.Ring });
    tape.trade({ instrument: a, price: 4, size: 1, recvUs: 0.1 * S, eventUs: 0.1 * S });
    const gap = { state: StreamState.Gap, scope: StreamScope.Ring };
    tape.stream({ recvUs: 0.9 * S, fromUs: 0.4 * S, ...gap });
    tape.clock(2 * S);
    expect(run()).toMatchObject([{ coverage: 4_000 }]);
  });

  test('trouble of the ring ends for a stream when it says itself that it is live, for no other', () => {
    const { tape, run, a } = setUp();
    const b = tape.instrument('B');
    for (const instrument of [a, b]) {
      const live = { state: StreamState.Live, scope: StreamScope.Instrument, instrument };
      tape.stream({ recvUs: 0, ...live });
    }
    for (const instrument of [a, b]) {
      tape.trade({ instrument, price: 4, size: 1, recvUs: 0.1 * S, eventUs: 0.1 * S });
    }
    tape.stream({ recvUs: 0.5 * S, state: StreamState.Gap, scope: StreamScope.Ring });
    const back = { state: StreamState.Live, scope: StreamScope.Instrument, instrument: a };
    tape.stream({ recvUs: 0.7 * S, ...back });
    tape.clock(2 * S);
    expect(run().map(({ coverage }) => coverage)).toEqual([8_000, 5_000]);
  });

  test('a channel that is not whole counts against every instrument of the ring', () => {
    const { tape, run, a } = setUp();
    const channel = tape.instrument('trades');
    tape.stream({
      recvUs: 0,
      state: StreamState.Live,
      scope: StreamScope.Instrument,
      instrument: a,
    });
    tape.trade({ instrument: a, price: 4, size: 1, recvUs: 0.1 * S, eventUs: 0.1 * S });
    const scope = StreamScope.Channel;
    tape.stream({ recvUs: 0.5 * S, state: StreamState.Stale, scope, instrument: channel });
    tape.stream({ recvUs: 0.6 * S, state: StreamState.Live, scope, instrument: channel });
    tape.clock(2 * S);
    expect(run()).toMatchObject([{ coverage: 9_000 }]);
  });

  test('says volume and turnover beyond 2^53 as unknown and scaled, never wrong', () => {
    const { tape, run, a } = setUp();
    const trade = { instrument: a, recvUs: 0, eventUs: 0, price: 2 ** 53 - 1, size: 2 ** 53 - 1 };
    tape.trade(trade);
    tape.trade(trade);
    tape.clock(2 * S);
    const exact = 2n * (2n ** 53n - 1n) ** 2n;
    const [bar] = run();
    expect(bar).toMatchObject({ volume: 2 ** 63, trades: 2 });
    expect(bar?.turnover.replace('.', '')).toBe(exact.toString());
    expect((bar?.flags ?? 0) & BarFlag.TurnoverScaleMask).toBe(0);
  });

  test('is two ticks, LAST on the second, with nothing of this process in them', () => {
    const { tape, run, a, out } = setUp();
    const flags = TickFlag.Last | TickFlag.Replayed;
    tape.trade({ instrument: a, price: 150, size: 2000, recvUs: 0.5 * S, eventUs: 0.5 * S, flags });
    tape.clock(1.5 * S);
    run();
    expect(out.count).toBe(2);
    const entry = tape.lookup(a);
    const watermark = { hi: 0, lo: 0 };
    stampFromMs(TAPE_EPOCH_MS + 1500, watermark);
    const tsRecv = ((BigInt(watermark.hi) << 32n) | BigInt(watermark.lo)).toString();
    const head = { tsEvent: `${TAPE_EPOCH_MS}000000`, tsRecv, sequence: 1, instrument: 9 };
    expect(describeTick(out.at(0), entry)).toMatchObject({
      ...head,
      kind: 'BAR_PRICE',
      flags: ['REPLAYED'],
      open: '1.5',
      close: '1.5',
    });
    expect(describeTick(out.at(1), entry)).toMatchObject({
      ...head,
      kind: 'BAR_VOLUME',
      flags: ['LAST', 'EVENT_END', 'REPLAYED'],
      volume: '2',
      turnover: '3',
      trades: 1,
      intervalMs: 1000,
    });
  });

  test('are the same bytes however the run is cut', () => {
    const record = (cut: number): string => {
      const { tape, builder, out, a } = setUp({ timeframesMs: [1000, 5000] });
      for (let at = 0; at < 500; at++) {
        const recvUs = at * 50_000;
        const eventUs = Math.max(0, recvUs - ((at * 7919) % 40) * 50_000);
        tape.trade({ instrument: a, price: 100 + (at % 13), size: at, recvUs, eventUs });
      }
      for (let at = 0; at < 500; at += cut) {
        const view = new DataView(tape.batch.bytes.buffer, at * 64);
        builder.applyRun(view, Math.min(cut, 500 - at), at);
      }
      builder.drain();
      return Buffer.from(out.bytes.subarray(0, out.count * 64)).toString('hex');
    };
    expect(record(1)).toBe(record(500));
    expect(record(7)).toBe(record(500));
    expect(record(500).length).toBeGreaterThan(1000);
  });

  test('skips PAD, ignores other kinds, and refuses impossible timeframes', () => {
    const { tape, run, builder } = setUp();
    tape.batch.add(TickKind.Pad);
    tape.batch.add(TickKind.Quote);
    run();
    expect(builder.counts).toMatchObject({ padded: 1, ignored: 1 });
    for (const timeframesMs of [[], [0], [1.5], [1000, 1000], [2 ** 32]]) {
      expect(() => setUp({ timeframesMs })).toThrow(
        expect.objectContaining({ code: 'BAD_TIMEFRAME' }),
      );
    }
  });
});
