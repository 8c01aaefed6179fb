// Goal: bars are what the words say, for any order of trades, late trades, cancellations,
// corrections, clock ticks, outages, losses and closings by clock. Method: a naive telling of the
// same rules (naive-bars.ts) must give out the same bars in the same order.
import { StreamScope, StreamState } from '@tickwire/core';
import { Action, TickFlag } from '@tickwire/wire-tick';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BarBuilder } from './bar-builder.ts';
import type { ClosedBar } from './closed-bar.ts';
import { NaiveBars } from './naive-bars.ts';
import type { NaiveEvent } from './naive-bars.ts';
import { TAPE_EPOCH_MS, TickTape } from './tick-tape.ts';

const seed = Number(process.env.TICKWIRE_SEED ?? 20_260_102);
const TIMEFRAMES_MS = [100, 1000];
const EPOCH_US = TAPE_EPOCH_MS * 1000;

const step = fc.record({
  kind: fc.constantFrom(
    ...([
      'trade',
      'trade',
      'trade',
      'trade',
      'cancel',
      'clock',
      'stream',
      'lost',
      'byClock',
    ] as const),
  ),
  instrument: fc.integer({ min: 1, max: 3 }),
  aheadUs: fc.oneof(
    fc.integer({ min: -20_000, max: 60_000 }),
    fc.integer({ min: 0, max: 900_000 }),
  ),
  lateUs: fc.oneof(fc.constant(0), fc.integer({ min: -50_000, max: 1_500_000 })),
  price: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2 ** 50 })),
  size: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 2 ** 45 })),
  id: fc.integer({ min: 1, max: 12 }),
  last: fc.boolean(),
  live: fc.boolean(),
  scope: fc.constantFrom('ring' as const, 'instrument' as const),
});

function describeBar(bar: ClosedBar): string {
  const price = (mantissa: number): number | null => (mantissa === 2 ** 63 ? null : mantissa);
  return JSON.stringify({
    instrument: bar.source,
    intervalUs: bar.intervalMs * 1000,
    startUs: bar.startMs * 1000 - EPOCH_US,
    ohlc: [price(bar.open), price(bar.high), price(bar.low), price(bar.close)],
    volume: bar.volume,
    turnover: bar.turnoverText(),
    trades: bar.trades,
    revision: bar.revision,
    coverageE4: bar.coverageE4,
    flags: bar.barFlags & ~15,
  });
}

function toTape(tape: TickTape, event: NaiveEvent): void {
  const { instrument, recvUs } = event;
  if (event.kind === 'clock') tape.clock(recvUs);
  else if (event.kind === 'stream') {
    const state = event.live ? StreamState.Live : StreamState.Gap;
    if (event.scope === 'ring') tape.stream({ recvUs, state, scope: StreamScope.Ring });
    else tape.stream({ recvUs, state, scope: StreamScope.Instrument, instrument });
  } else {
    const action = event.kind === 'cancel' ? Action.Cancel : Action.Trade;
    const flags = event.last ? TickFlag.Last : 0;
    const { eventUs, price, size, id } = event;
    tape.trade({ instrument, price, size, recvUs, eventUs, id, action, flags });
  }
}

test('equal the naive telling, bar by bar, for any tape', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.integer({ min: 0, max: 300 }),
      (steps, graceMs) => {
        const tape = new TickTape(200);
        // Exponents 0: the bar's turnover text is then the plain integer sum.
        for (const symbol of ['A', 'B', 'C']) tape.instrument(symbol, { priceExp: 0, sizeExp: 0 });
        const got: string[] = [];
        const builder = new BarBuilder({
          timeframesMs: TIMEFRAMES_MS,
          graceMs,
          lookup: tape.lookup,
          onBar: (bar) => got.push(describeBar(bar)),
        });
        const naive = new NaiveBars(
          TIMEFRAMES_MS.map((ms) => ms * 1000),
          graceMs * 1000,
        );
        // All instruments known from the start, so that both number them alike.
        const order = [1, 2, 3].map((instrument) => ({ kind: 'trade' as const, instrument }));
        let nowUs = 5_000_000;
        const plain = { aheadUs: 1, lateUs: 0, price: 5, size: 1, id: 99, last: true, live: true };
        for (const raw of [
          ...order.map((first) => ({ ...plain, ...first, scope: 'ring' as const })),
          ...steps,
        ]) {
          const recvUs = nowUs + raw.aheadUs;
          nowUs = Math.max(nowUs, recvUs);
          const scope = raw.kind === 'stream' ? raw.scope : 'instrument';
          const event: NaiveEvent = {
            ...raw,
            scope,
            recvUs,
            eventUs: Math.max(0, recvUs - raw.lateUs),
          };
          naive.apply(event);
          if (event.kind === 'lost') builder.onLost();
          else if (event.kind === 'byClock') builder.closeByClock(EPOCH_US + event.recvUs);
          else {
            toTape(tape, event);
            const at = tape.batch.count - 1;
            builder.apply(tape.batch.view, at * 64, at);
          }
        }
        naive.drain();
        builder.drain();
        expect(got).toEqual(naive.out);
        expect(builder.openCount).toBe(0);
        expect(builder.counts.opened).toBe(builder.counts.emitted);
        expect(builder.counts.emitted).toBe(got.length);
      },
    ),
    { seed, numRuns: 250 },
  );
});
