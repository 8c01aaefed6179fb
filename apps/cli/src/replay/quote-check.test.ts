// Goal: a quote is compared with the book at exactly its sequence, and a wrong one is found.
// Method: hand-made ticks in the orders in which a venue's two streams can meet.
import { ABSENT, AssetClass, SUPERSEDES_NONE, StreamReason, StreamState } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { Action, Side, TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { QuoteCheck } from './quote-check.ts';

/** Near the end of a 32-bit range, so that sequences wrap in the ticks. */
const BASE = 3 * 2 ** 32 - 4;

const entry = (index: number, sizeExp: number, supersedes: number): DirectoryEntry => ({
  index,
  vendor: 'v',
  venue: 'V',
  symbol: 'A-B',
  canonicalSymbol: '',
  assetClass: AssetClass.Spot,
  currency: 'B',
  priceExp: -2,
  sizeExp,
  markExp: 0,
  textForm: 0,
  tickSize: ABSENT,
  lotSize: ABSENT,
  multiplierE9: ABSENT,
  expirySec: ABSENT,
  supersedes,
});
const directory = [undefined, entry(1, -2, SUPERSEDES_NONE), entry(2, -4, 1)];

class Stream {
  readonly check = new QuoteCheck((instrument) => directory[instrument]);
  readonly #batch = new TickBatch(1);

  #tick(kind: TickKind, sequence: number, instrument: number): TickView {
    this.#batch.clear();
    const tick = this.#batch.add(kind);
    tick.instrument = instrument;
    tick.sequence = sequence % 2 ** 32;
    return tick;
  }

  image(sequence: number, levels: [Side, number, number][], instrument = 1): this {
    const clear = this.#tick(TickKind.Clear, sequence, instrument);
    clear.setFullSequence(Math.floor(sequence / 2 ** 32), sequence % 2 ** 32);
    clear.flags = TickFlag.Snapshot;
    this.check.apply(clear);
    levels.forEach(([side, price, size], at) => {
      const isLast = at === levels.length - 1;
      const flags = TickFlag.Snapshot | (isLast ? TickFlag.Last : 0);
      this.level({ sequence, side, price, size, flags, instrument });
    });
    return this;
  }

  level(level: {
    sequence: number;
    side: Side;
    price: number;
    size: number;
    flags?: number;
    instrument?: number;
  }): this {
    const tick = this.#tick(TickKind.Level, level.sequence, level.instrument ?? 1);
    tick.price = level.price;
    tick.size = level.size;
    tick.setSideAction(level.side, Action.Modify);
    tick.flags = level.flags ?? TickFlag.Last;
    this.check.apply(tick);
    return this;
  }

  quote(sequence: number, [bid, bidSize, ask, askSize]: [number, number, number, number]): this {
    const tick = this.#tick(TickKind.Quote, sequence, 1);
    tick.bidPrice = bid;
    tick.bidSize = bidSize;
    tick.askPrice = ask;
    tick.askSize = askSize;
    tick.flags = TickFlag.Last;
    this.check.apply(tick);
    return this;
  }

  gap(): this {
    const tick = this.#tick(TickKind.Stream, 0, 1);
    tick.setStream({
      state: StreamState.Gap,
      previousState: StreamState.Live,
      reason: StreamReason.SequenceGap,
      scope: 0,
    });
    this.check.apply(tick);
    return this;
  }

  counts() {
    this.check.finish();
    const counts = this.check.counts('A-B');
    if (counts === undefined) throw new Error('no counts');
    const { compared, equal, notComparable } = counts;
    const others = Object.fromEntries(Object.entries(notComparable).filter(([, n]) => n > 0));
    return { compared, equal, ...others };
  }
}

const start = (): Stream =>
  new Stream().image(BASE, [
    [Side.Bid, 100, 5],
    [Side.Bid, 99, 7],
    [Side.Ask, 102, 3],
  ]);

describe('quote check', () => {
  test('compares a quote that comes after, before and between the changes it speaks of', () => {
    const counts = start()
      .level({ sequence: BASE + 1, side: Side.Bid, price: 101, size: 4 })
      .quote(BASE + 1, [101, 4, 102, 3])
      .quote(BASE + 6, [101, 4, 103, 1]) // early: its change comes two later
      .level({ sequence: BASE + 2, side: Side.Bid, price: 98, size: 1 })
      .level({ sequence: BASE + 6, side: Side.Ask, price: 102, size: 0, flags: 0 })
      .level({ sequence: BASE + 6, side: Side.Ask, price: 103, size: 1 })
      .quote(BASE + 2, [101, 4, 102, 3]) // late
      .quote(BASE + 4, [101, 4, 102, 3]) // a sequence that changed nothing
      .counts();
    expect(counts).toEqual({ compared: 4, equal: 4 });
  });

  test('compares with the middle of an event', () => {
    const counts = start()
      .level({ sequence: BASE + 1, side: Side.Bid, price: 101, size: 4, flags: 0 })
      .quote(BASE + 1, [101, 4, 102, 3])
      .level({ sequence: BASE + 2, side: Side.Bid, price: 101, size: 0 })
      .quote(BASE + 2, [100, 5, 102, 3])
      .counts();
    expect(counts).toEqual({ compared: 2, equal: 2 });
  });

  test('finds a wrong price, a wrong size and a wrongly empty side', () => {
    const stream = start()
      .level({ sequence: BASE + 1, side: Side.Bid, price: 101, size: 4 })
      .quote(BASE + 1, [100, 4, 102, 3])
      .quote(BASE + 1, [101, 5, 102, 3])
      .quote(BASE + 1, [101, 4, ABSENT, ABSENT]);
    expect(stream.counts()).toEqual({ compared: 3, equal: 0 });
    expect(stream.check.counts('A-B')?.differences[0]).toBe(
      `at ${BASE + 1} stated 0.04 @ 1 / 0.03 @ 1.02, book 0.04 @ 1.01 / 0.03 @ 1.02`,
    );
  });

  test('an empty side equals an absent one', () => {
    const counts = start()
      .level({ sequence: BASE + 1, side: Side.Ask, price: 102, size: 0 })
      .quote(BASE + 1, [100, 5, ABSENT, ABSENT])
      .counts();
    expect(counts).toEqual({ compared: 1, equal: 1 });
  });

  test('says why a quote cannot be compared', () => {
    const counts = new Stream()
      .quote(BASE - 1, [1, 1, 2, 2])
      .image(BASE, [[Side.Bid, 100, 5]])
      .quote(BASE, [100, 5, ABSENT, ABSENT])
      .level({ sequence: BASE + 1, side: Side.Bid, price: 99, size: 4 })
      .quote(BASE + 2, [100, 5, ABSENT, ABSENT])
      .counts();
    expect(counts).toEqual({ compared: 0, equal: 0, beforeImage: 2, afterLastChange: 1 });
    expect(new Stream().quote(BASE, [1, 1, 2, 2]).counts()).toMatchObject({ noBook: 1 });
  });

  test('after a gap compares again from the next image on', () => {
    const counts = start()
      .gap()
      .level({ sequence: BASE + 3, side: Side.Bid, price: 101, size: 9 })
      .quote(BASE + 3, [101, 9, 102, 3]) // before the image below: nobody knows
      .quote(BASE + 9, [97, 2, 98, 1])
      .image(BASE + 8, [
        [Side.Bid, 96, 2],
        [Side.Ask, 98, 1],
      ])
      .level({ sequence: BASE + 9, side: Side.Bid, price: 97, size: 2 })
      .counts();
    expect(counts).toEqual({ compared: 1, equal: 1, beforeImage: 1 });
  });

  test('a superseding entry goes on with the same book and history', () => {
    const counts = start()
      .level({ sequence: BASE + 1, side: Side.Bid, price: 101, size: 4 })
      .image(
        BASE + 1,
        [
          [Side.Bid, 101, 400],
          [Side.Bid, 100, 500],
          [Side.Ask, 102, 300],
        ],
        2,
      )
      .quote(BASE + 1, [101, 4, 102, 3])
      .level({ sequence: BASE + 2, side: Side.Bid, price: 101, size: 450, instrument: 2 })
      .level({ sequence: BASE + 3, side: Side.Bid, price: 101, size: 6, instrument: 1 })
      .quote(BASE + 3, [101, 6, 102, 3])
      .counts();
    expect(counts).toEqual({ compared: 2, equal: 2 });
  });
});
