// Goal: a book asked for is written once more as it stands, changes nothing for those who have it
// already, and is refused with a code where there is none to be had.
import { BookTrust } from '@tickwire/domain-book';
import { describe, expect, test } from 'vitest';
import { delta, live, recv, setUp, snapshot } from '../test/normaliser-setup.ts';

const LIMITS = { ticksMax: 1_000 };

describe('an image on request', () => {
  test('is CLEAR|SNAPSHOT, every level with SNAPSHOT, LAST on the last', () => {
    const { sink, normaliser, message, value } = live();
    message(delta([101, 101], { asks: [['67993.5', '0.5', 101]] }));
    sink.mark();
    const implied = value('ticksImplied');
    expect(normaliser.writeImage('BTC-USDT', recv, LIMITS)).toBeUndefined();
    expect(sink.described()).toMatchObject([
      { kind: 'CLEAR', fullSequence: '101', flags: ['SNAPSHOT'] },
      { kind: 'LEVEL', side: 'bid', price: '67993.2', size: '1', sequence: 101 },
      { kind: 'LEVEL', side: 'bid', price: '67993.1', flags: ['SNAPSHOT'] },
      { kind: 'LEVEL', side: 'ask', price: '67993.3', flags: ['SNAPSHOT'] },
      { kind: 'LEVEL', side: 'ask', price: '67993.4', flags: ['SNAPSHOT'] },
      { kind: 'LEVEL', side: 'ask', price: '67993.5', flags: ['LAST', 'EVENT_END', 'SNAPSHOT'] },
    ]);
    expect(value('ticksImplied') - implied).toBe(6);
  });

  test('leaves the book of a reader from the start alone, and makes that of a late one', () => {
    const { sink, normaliser, message, builder } = live();
    normaliser.writeImage('BTC-USDT', recv, LIMITS);
    message(delta([101, 101], { bids: [['67993.2', '0', 101]] }));
    const book = builder().books()[0];
    expect(builder().skippedImages).toBe(1);
    expect(book).toMatchObject({ trust: BookTrust.Trusted, sequence: 101n });
    expect(book?.book.bids.count).toBe(1);
    expect(sink.described().at(-1)).toMatchObject({ action: 'delete', sequence: 101 });
  });

  test('is refused without a book, for a strange symbol, and beyond the bound', () => {
    const { normaliser, message, sink } = setUp();
    message(delta([100, 100], { bids: [['67993.2', '1', 100]] }));
    const before = sink.described().length;
    expect(normaliser.writeImage('BTC-USDT', recv, LIMITS)).toBe('NOT_SYNCHRONISED');
    expect(normaliser.writeImage('ETH-USDT', recv, LIMITS)).toBe('NOT_SYNCHRONISED');
    expect(normaliser.writeImage('NO-SUCH', recv, LIMITS)).toBe('UNKNOWN_INSTRUMENT');
    expect(sink.described()).toHaveLength(before);
    const ready = live();
    expect(ready.normaliser.writeImage('BTC-USDT', recv, { ticksMax: 5 })).toBe('BOOK_TOO_LARGE');
    expect(ready.sink.described()).toEqual([]);
  });

  test('is refused again while the book recovers', () => {
    const { normaliser, message, book } = live();
    message(delta([110, 110], { bids: [['67993.2', '1', 110]] }));
    expect(normaliser.writeImage('BTC-USDT', recv, LIMITS)).toBe('NOT_SYNCHRONISED');
    book(snapshot(110));
    expect(normaliser.writeImage('BTC-USDT', recv, LIMITS)).toBeUndefined();
  });
});
