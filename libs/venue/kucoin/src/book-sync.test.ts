// Goal: a book is live only when it is right, every hole is declared once and exactly. Method: the
// venue's rules, one situation at a time; the books are built from the ticks.
import { StreamReason } from '@tickwire/core';
import { BookTrust } from '@tickwire/domain-book';
import { describe, expect, test } from 'vitest';
import { delta, live, match, recv, setUp, snapshot } from '../test/normaliser-setup.ts';
import { MessageOutcome } from './message-outcome.ts';

describe('a book joined to the stream', () => {
  test('waits for its snapshot, drops what the snapshot holds, applies the rest', () => {
    const { sink, message, book, wanted, value, builder } = setUp();
    expect(message(delta([9, 10], { bids: [['67993.2', '9', 10]] }))).toBe(MessageOutcome.Buffered);
    message(
      delta([11, 12], {
        bids: [
          ['67993.0', '5', 11],
          ['67993.1', '6', 12],
        ],
      }),
    );
    message(delta([13, 13], { asks: [['67993.3', '0', 13]] }));
    expect(wanted).toEqual(['BTC-USDT 1']);
    expect(value('buffered')).toBe(3);
    expect(book(snapshot(11))).toBe(true);
    expect(value('buffered')).toBe(0);
    expect([value('superseded'), value('accepted')]).toEqual([1, 2]);
    expect(sink.described().map(({ kind, sequence, flags }) => [kind, sequence, flags])).toEqual([
      ['STREAM', 0, ['LAST', 'EVENT_END']],
      ['CLEAR', 11, ['SNAPSHOT']],
      ['LEVEL', 11, ['SNAPSHOT']],
      ['LEVEL', 11, ['SNAPSHOT']],
      ['LEVEL', 11, ['SNAPSHOT']],
      ['LEVEL', 11, ['LAST', 'EVENT_END', 'SNAPSHOT']],
      ['STREAM', 0, ['LAST', 'EVENT_END']],
      ['LEVEL', 12, ['LAST', 'EVENT_END']],
      ['LEVEL', 13, ['LAST', 'EVENT_END']],
    ]);
    expect(builder().get(0)?.sequence).toBe(13n);
    expect(value('ticksImplied')).toBe(sink.tickCount);
  });

  test('keeps a copy of what waits: the socket uses its memory again', () => {
    const { normaliser, book, builder } = setUp();
    const frame = Buffer.from(delta([11, 11], { bids: [['67993.0', '5', 11]] }));
    normaliser.onMessage(frame, recv);
    frame.fill(0);
    expect(book(snapshot(10))).toBe(true);
    expect(builder().get(0)?.sequence).toBe(11n);
  });

  test('refuses a snapshot older than the first change at hand, and asks again', () => {
    const { message, book, wanted, value } = setUp();
    message(delta([50, 51], { bids: [['67993.2', '9', 51]] }));
    expect(book(snapshot(48))).toBe(false);
    expect(book(snapshot(48))).toBe(false);
    expect(wanted).toEqual(['BTC-USDT 1', 'BTC-USDT 2', 'BTC-USDT 3']);
    expect(value('snapshotsTooOld')).toBe(2);
    expect(book(snapshot(49))).toBe(true);
  });

  test('a hole: declared with what is missing, repaired by a snapshot, in the ledger with proof', () => {
    const { sink, message, book, value, builder } = live();
    message(delta([104, 104], { bids: [['67993.2', '2', 104]] }));
    message(match());
    expect(builder().get(0)?.trust).toBe(BookTrust.Suspect);
    expect(sink.described()).toMatchObject([
      {
        kind: 'STREAM',
        state: 'gap',
        previousState: 'live',
        reason: 'sequence-gap',
        firstMissing: '101',
        missingCount: '3',
        ledgerId: 1,
      },
      { kind: 'STREAM', state: 'recovering', previousState: 'gap' },
      { kind: 'TRADE', flags: ['LAST', 'EVENT_END', 'GAP_BEFORE', 'SUSPECT_BOOK'] },
    ]);
    expect(book(snapshot(102))).toBe(false);
    expect(book(snapshot(103))).toBe(true);
    expect(builder().get(0)).toMatchObject({ trust: BookTrust.Trusted, sequence: 104n });
    expect(sink.gaps).toMatchObject([
      {
        id: 1,
        symbol: 'BTC-USDT',
        firstMissing: '101',
        lastMissing: '103',
        missing: 3,
        state: 'open',
      },
      { id: 1, state: 'repaired', repairedBy: 'snapshot', proof: { snapshotSequence: '103' } },
    ]);
    expect([value('gaps'), value('missingSequences'), value('resyncs')]).toEqual([1, 3, 1]);
    expect(value('ticksImplied')).toBe(sink.tickCount);
  });

  test('a second hole while the snapshot is awaited is declared too', () => {
    const { sink, message, book, value } = live();
    message(delta([102, 102], { bids: [['67993.2', '2', 102]] }));
    message(delta([105, 106], { bids: [['67993.2', '3', 106]] }));
    expect(value('missingSequences')).toBe(3);
    expect(book(snapshot(103))).toBe(false);
    expect(book(snapshot(110))).toBe(true);
    expect(sink.gaps.map(({ id, state }) => `${id} ${state}`)).toEqual([
      '1 open',
      '2 open',
      '1 repaired',
      '2 repaired',
    ]);
  });

  test('sequences that go back or come twice are counted and harm nothing', () => {
    const { sink, message, value } = live();
    message(delta([101, 103], { bids: [['67993.2', '2', 103]] }));
    const ticks = sink.tickCount;
    expect(message(delta([101, 103], { bids: [['67993.2', '9', 103]] }))).toBe(
      MessageOutcome.Duplicate,
    );
    expect(message(delta([90, 95], { bids: [['67993.2', '9', 95]] }))).toBe(
      MessageOutcome.Duplicate,
    );
    expect(value('duplicate')).toBe(2);
    expect(sink.tickCount).toBe(ticks);
    expect(message(delta([104, 104], { bids: [['67993.2', '2', 104]] }))).toBe(
      MessageOutcome.Accepted,
    );
  });

  test('an overlap is applied from where the book ends', () => {
    const { sink, message } = live();
    const overlap = delta([100, 102], {
      bids: [
        ['1', '1', 100],
        ['2', '2', 101],
        ['3', '3', 102],
      ],
    });
    expect(message(overlap)).toBe(MessageOutcome.Accepted);
    expect(sink.described().map(({ sequence }) => sequence)).toEqual([101, 102]);
  });

  test('a venue that counts anew is noticed', () => {
    const { message, book, value, wanted } = live();
    for (let at = 1; at <= 64; at++) message(delta([at, at], { bids: [['1', '1', at]] }));
    expect(value('sequenceRestarts')).toBe(1);
    expect(wanted.at(-1)).toBe('BTC-USDT 1');
    expect(book(snapshot(64))).toBe(true);
    expect(message(delta([65, 65], { bids: [['1', '2', 65]] }))).toBe(MessageOutcome.Accepted);
  });

  test('a full buffer drops all of it, counted, and needs a newer snapshot', () => {
    const { message, book, value } = setUp({ bufferedMessagesMax: 3 });
    for (let at = 1; at <= 5; at++) message(delta([at, at], { bids: [['1', '1', at]] }));
    expect([value('droppedOverflow'), value('buffered')]).toEqual([3, 2]);
    expect(book(snapshot(2))).toBe(false);
    expect(book(snapshot(3))).toBe(true);
    expect(value('accepted')).toBe(2);
    const ended = ['accepted', 'superseded', 'droppedOverflow', 'buffered'];
    expect(ended.reduce((sum, name) => sum + value(name), 0)).toBe(value('received'));
  });

  test('a change that waited and cannot be used is a hole like any other', () => {
    const { sink, message, book, value } = setUp();
    message(delta([10, 10], { bids: [['1', '1', 10]] }));
    message(delta([11, 11], { bids: [['1', `${2 ** 53 - 1}`, 11]] }));
    message(delta([12, 12], { bids: [['1', '3', 12]] }));
    const fine = snapshot(9, { bids: [['67993.2', '0.0000000001']], asks: [] });
    expect(book(fine)).toBe(true);
    expect(sink.rejects.map(({ code }) => code)).toEqual(['OUT_OF_RANGE']);
    expect(sink.gaps.at(-1)).toMatchObject({
      firstMissing: '11',
      lastMissing: '11',
      state: 'open',
    });
    expect(value('buffered')).toBe(1);
    expect(book(snapshot(11))).toBe(true);
    expect(value('buffered')).toBe(0);
  });

  test('a lost connection: one STREAM for the channel, all books suspect, exact after the return', () => {
    const { sink, normaliser, message, book, value, builder } = live();
    normaliser.onDisconnect('all', recv);
    expect(sink.described()).toMatchObject([
      {
        kind: 'STREAM',
        instrument: 'all',
        scope: 'channel',
        state: 'gap',
        reason: 'disconnected',
        missingCount: 'unknown',
      },
    ]);
    expect(builder().get(0)?.trust).not.toBe(BookTrust.Trusted);
    normaliser.onSubscribed(['BTC-USDT'], recv);
    message(delta([111, 111], { bids: [['67993.2', '2', 111]] }));
    expect(book(snapshot(110))).toBe(true);
    expect(sink.gaps.filter(({ state }) => state === 'open')).toMatchObject([
      { symbol: undefined, noticedBy: 'disconnect' },
      { symbol: 'BTC-USDT', noticedBy: 'disconnect', firstMissing: '101', missing: 10 },
    ]);
    expect(sink.gaps.filter(({ state }) => state === 'repaired')).toHaveLength(2);
    expect(value('ticksImplied')).toBe(sink.tickCount);
    expect(builder().get(0)).toMatchObject({ trust: BookTrust.Trusted, sequence: 111n });
  });

  test('closing counts what still waits and declares the streams closed', () => {
    const { sink, normaliser, message, value } = setUp();
    message(delta([10, 10], { bids: [['1', '1', 10]] }));
    normaliser.close(recv, StreamReason.SourceEnded);
    expect(value('droppedUnsynced')).toBe(1);
    expect(sink.described().at(-1)).toMatchObject({ state: 'closed', reason: 'source-ended' });
  });

  test('a refused symbol is closed', () => {
    const { sink, normaliser } = live();
    normaliser.onRefused('BTC-USDT', recv);
    expect(sink.described()).toMatchObject([{ state: 'closed', reason: 'subscription-refused' }]);
  });
});
