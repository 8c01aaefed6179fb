// Goal: a symbol goes on under another entry, with its whole book there and nothing of it where it
// was. Method: relocations of live, waiting and strange symbols; books from the ticks alone.
import { StreamState, SUPERSEDES_NONE } from '@tickwire/core';
import { BookTrust } from '@tickwire/domain-book';
import type { PlacedSymbol } from '@tickwire/domain-feed';
import { describe, expect, test } from 'vitest';
import { delta, live, recv, setUp, snapshot } from '../test/normaliser-setup.ts';

/** Gives a second entry in the same directory, as another ring would in its own. */
function relocateTo(parts: ReturnType<typeof setUp>, symbol = 'BTC-USDT') {
  const placed: PlacedSymbol[] = [];
  const done = parts.normaliser.relocate(symbol, recv, ({ entry, index, stream }) => {
    placed.push({ entry, index, stream });
    return parts.sink.define({ ...entry, supersedes: SUPERSEDES_NONE });
  });
  return { done, placed };
}

describe('a symbol that is relocated', () => {
  test('shows its whole book under the new entry, and goes on there', () => {
    const parts = live();
    const { sink, message, value, builder } = parts;
    message(delta([101, 101], { asks: [['67993.5', '0.5', 101]] }));
    sink.mark();
    const implied = value('ticksImplied');
    const { done, placed } = relocateTo(parts);
    expect(done).toBe(true);
    expect(placed).toMatchObject([{ stream: StreamState.Live }]);
    expect(sink.described().map(({ kind }) => kind)).toEqual([
      'CLEAR',
      ...new Array<string>(5).fill('LEVEL'),
    ]);
    expect(value('ticksImplied') - implied).toBe(6);
    message(delta([102, 102], { bids: [['67993.2', '0', 102]] }));
    const [old, now] = builder().books();
    expect(old).toMatchObject({ sequence: 101n, instrument: placed[0]?.index });
    expect(now).toMatchObject({ trust: BookTrust.Trusted, sequence: 102n });
    expect([now?.book.bids.count, now?.book.asks.count]).toEqual([1, 3]);
  });

  test('that waits for its snapshot gets it under the new entry', () => {
    const parts = setUp();
    parts.message(delta([100, 100], { bids: [['67993.2', '1', 100]] }));
    parts.sink.mark();
    const { done, placed } = relocateTo(parts);
    expect([done, placed[0]?.stream]).toEqual([true, StreamState.Recovering]);
    expect(parts.sink.described()).toEqual([]);
    expect(parts.book(snapshot(100))).toBe(true);
    const indexes = new Set([...parts.sink.ticks()].map(({ instrument }) => instrument));
    expect(indexes.size).toBe(2);
    expect(parts.builder().books().at(-1)).toMatchObject({ trust: BookTrust.Trusted });
  });

  test('stays where it is without room, and when nothing is known of it', () => {
    const parts = live();
    const before = parts.sink.described().length;
    expect(parts.normaliser.relocate('BTC-USDT', recv, () => undefined)).toBe(false);
    expect(relocateTo(parts, 'NO-SUCH')).toEqual({ done: false, placed: [] });
    expect(relocateTo(parts, 'ETH-USDT')).toEqual({ done: false, placed: [] });
    expect(parts.sink.described()).toHaveLength(before);
    parts.message(delta([101, 101], { bids: [['67993.2', '0', 101]] }));
    expect(parts.builder().books()).toMatchObject([{ sequence: 101n }]);
  });

  test('with sizes that need an entry for which there is no room waits for a snapshot', () => {
    const parts = live();
    const { message, wanted, value, sink, builder } = parts;
    // Too large for eight decimals: it stands under a coarser entry.
    message(delta([101, 101], { asks: [['67993.5', '12345678901', 101]] }));
    sink.capacity = sink.entries.length + 1;
    const asked = wanted.length;
    expect(relocateTo(parts).done).toBe(true);
    expect(wanted).toHaveLength(asked + 1);
    expect(value('resyncs')).toBe(1);
    expect(sink.described().at(-1)).toMatchObject({ kind: 'STREAM', state: 'recovering' });
    sink.capacity += 1;
    expect(parts.book(snapshot(101))).toBe(true);
    expect(builder().books().at(-1)).toMatchObject({ trust: BookTrust.Trusted, sequence: 101n });
  });
});
