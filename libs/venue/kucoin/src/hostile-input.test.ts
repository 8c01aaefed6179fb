// Goal: whatever is wrong is refused with its reason, and loses nothing else. Method: one fault
// at a time in a good message, then random mutations; the next good message must be taken.
import { seededRandom, testSeed } from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import {
  LEVEL1,
  delta,
  encode,
  live,
  match,
  recv,
  setUp,
  snapshot,
  ticker,
} from '../test/normaliser-setup.ts';
import { MessageOutcome } from './message-outcome.ts';

describe('hostile input', () => {
  const change = '["67993.3","1","101"]';
  const good = delta([101, 101], { asks: [['67993.3', '1', 101]] });

  test.each([
    ['cut', good.slice(0, -1), 'TRUNCATED', 'message'],
    ['not JSON', `x${good}`, 'BAD_TYPE', 'message'],
    ['no type', good.replace('"type":"message"', '"tipe":"message"'), 'MISSING_FIELD', 'type'],
    ['type a number', good.replace('"type":"message"', '"type":1'), 'BAD_TYPE', 'type'],
    ['unknown type', good.replace('"type":"message"', '"type":"notice"'), 'UNKNOWN_TYPE', 'type'],
    ['unknown topic', good.replace('/market/level2', '/market/level3'), 'UNKNOWN_TOPIC', 'topic'],
    ['topic without symbol', good.replace('level2:BTC-USDT', 'level2'), 'UNKNOWN_SYMBOL', 'topic'],
    ['unknown symbol', good.replaceAll('BTC-USDT', 'NOT-USDT'), 'UNKNOWN_SYMBOL', 'topic'],
    [
      'another symbol inside',
      good.replace('"symbol":"BTC', '"symbol":"ETH'),
      'BAD_FIELD',
      'data.symbol',
    ],
    ['no data', good.replace('"data":', '"dada":'), 'MISSING_FIELD', 'data'],
    [
      'data a list',
      '{"type":"message","topic":"/market/level2:BTC-USDT","data":[]}',
      'BAD_TYPE',
      'data',
    ],
    ['no changes', good.replace('"changes":', '"chances":'), 'MISSING_FIELD', 'data.changes'],
    ['asks an object', good.replace(`[${change}]`, '{}'), 'BAD_TYPE', 'data.changes.asks'],
    ['a change no list', good.replace(change, '"67993.3"'), 'BAD_TYPE', 'data.changes.asks'],
    [
      'a change too short',
      good.replace(change, '["67993.3","1"]'),
      'MISSING_FIELD',
      'data.changes.asks',
    ],
    [
      'a change too long',
      good.replace(change, '["1","1","101","x"]'),
      'BAD_FIELD',
      'data.changes.asks',
    ],
    ['null as price', good.replace('"67993.3"', 'null'), 'BAD_TYPE', 'data.changes.asks'],
    ['price no number', good.replace('"67993.3"', '"67993,3"'), 'BAD_FIELD', 'data.changes.asks'],
    [
      '19-digit price',
      good.replace('"67993.3"', '"1234567890123456789"'),
      'OUT_OF_RANGE',
      'data.changes.asks',
    ],
    ['1e308', good.replace('"67993.3"', '1e308'), 'BAD_FIELD', 'data.changes.asks'],
    [
      'negative price',
      good.replace('"67993.3"', '"-67993.3"'),
      'NEGATIVE_PRICE',
      'data.changes.asks',
    ],
    [
      'negative size',
      good.replace('"1","101"', '"-1","101"'),
      'NEGATIVE_SIZE',
      'data.changes.asks',
    ],
    ['negative zero', good.replace('"1","101"', '-0,"101"'), 'NEGATIVE_SIZE', 'data.changes.asks'],
    ['no sequence', good.replace('"sequenceEnd":101,', ''), 'MISSING_FIELD', 'data.sequenceEnd'],
    [
      'sequence a list',
      good.replace('"sequenceEnd":101', '"sequenceEnd":[]'),
      'BAD_TYPE',
      'data.sequenceEnd',
    ],
    [
      'sequences crossed',
      good.replace('"sequenceEnd":101', '"sequenceEnd":100'),
      'BAD_FIELD',
      'data.sequenceEnd',
    ],
    [
      'sequence 2^53',
      good.replace('"sequenceEnd":101', '"sequenceEnd":9007199254740992'),
      'OUT_OF_RANGE',
      'data.sequenceEnd',
    ],
    ['change outside of them', good.replace('"1","101"', '"1","102"'), 'BAD_FIELD', 'data.changes'],
    ['time a list', good.replace('1729816425625', '[]'), 'BAD_TYPE', 'data.time'],
    ['trade without side', match({ side: undefined }), 'MISSING_FIELD', 'data.side'],
    ['trade of no side', match({ side: 'hold' }), 'BAD_FIELD', 'data.side'],
    ['trade time in ms', match({ time: '1729843222921' }), 'BAD_FIELD', 'data.time'],
    ['trade id of 23 digits', match({ tradeId: 'a'.repeat(23) }), 'OUT_OF_RANGE', 'data.tradeId'],
    ['trade at 0', match({ price: '0' }), 'BAD_FIELD', 'data.price'],
    ['ticker without sequence', ticker({ sequence: undefined }), 'MISSING_FIELD', 'data.sequence'],
    ['ticker size negative', ticker({ bestBidSize: '-1' }), 'NEGATIVE_SIZE', 'data.bestBidSize'],
  ])('%s', (_, text, code, field) => {
    const { sink, message, value } = live();
    expect(message(text)).toBe(MessageOutcome.Rejected);
    const isIdOfLetters = field === 'data.tradeId';
    expect(sink.rejects).toMatchObject([{ code: isIdOfLetters ? 'BAD_FIELD' : code, field }]);
    expect(sink.tickCount).toBe(8 - 1);
    expect(value('ticksImplied')).toBe(sink.tickCount);
    expect(message(good)).toBe(MessageOutcome.Accepted);
  });

  test('a frame of 10 MB is refused by its size, and a fitting one by its content', () => {
    const { sink, message } = live();
    expect(message(new Uint8Array(10 * 1024 * 1024).fill(0x20))).toBe(MessageOutcome.Rejected);
    const long = `{"type":"message","x":"${'y'.repeat(7 * 1024 * 1024)}"}`;
    expect(message(long)).toBe(MessageOutcome.Rejected);
    expect(sink.rejects.map(({ code }) => code)).toEqual(['OVERSIZE', 'MISSING_FIELD']);
    expect(message(good)).toBe(MessageOutcome.Accepted);
  });

  test.each([
    ['not JSON', '<html>', 'BAD_TYPE'],
    ['an error of the vendor', '{"code":"400003","msg":"KC-API-KEY not exists"}', 'VENUE_ERROR'],
    ['no sequence', '{"code":"200000","data":{"bids":[],"asks":[]}}', 'MISSING_FIELD'],
    ['a price of 0', snapshot(100, { bids: [['0', '1']] }), 'BAD_FIELD'],
    ['cut', snapshot(100).slice(0, -2), 'TRUNCATED'],
  ])('a snapshot that is %s is refused and asked for again', (_, body, code) => {
    const { sink, message, book, wanted, value } = setUp();
    message(delta([101, 101], { bids: [['67993.2', '1', 101]] }));
    expect(book(body)).toBe(false);
    expect(sink.rejects).toMatchObject([{ code }]);
    expect(value('snapshotsRejected')).toBe(1);
    expect(wanted).toEqual(['BTC-USDT 1', 'BTC-USDT 2']);
    expect(book(snapshot(100))).toBe(true);
  });

  test('a full directory refuses the symbol and counts it', () => {
    const { sink, message } = setUp({}, 1);
    message(ticker());
    const text = delta([1, 1], {}, 'ETH-USDT');
    expect(message(text)).toBe(MessageOutcome.Rejected);
    expect(sink.rejects).toMatchObject([{ code: 'DIRECTORY_FULL' }]);
    expect(message(ticker())).toBe(MessageOutcome.Accepted);
  });

  test('a book beyond its bound is refused, not wrong', () => {
    const { sink, message, book } = setUp({ bookLevelsMax: 100 });
    const rows = Array.from({ length: 101 }, (_, at) => [`${at + 1}`, '1']);
    expect(book(snapshot(10, { bids: rows, asks: [] }))).toBe(false);
    expect(sink.rejects).toMatchObject([{ code: 'BOOK_FULL' }]);
    expect(book(snapshot(10, { bids: rows.slice(1), asks: [] }))).toBe(true);
    expect(message(delta([11, 11], { bids: [['500', '1', 11]] }))).toBe(MessageOutcome.Rejected);
  });

  test('50,000 mutations: every message ends in one class, and the next good one is taken', () => {
    const random = seededRandom(testSeed());
    const { sink, normaliser, message, value } = live();
    const originals = [good, ticker(), match(), LEVEL1, '{"id":"1","type":"pong"}'].map(encode);
    for (let round = 0; round < 50_000; round++) {
      const bytes = (originals[round % originals.length] ?? new Uint8Array()).slice();
      for (let change_ = 0; change_ <= random() * 3; change_++) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      const cut = random() < 0.1 ? Math.floor(random() * bytes.length) : bytes.length;
      normaliser.onMessage(bytes.subarray(0, cut), recv);
    }
    const rejected = sink.rejects.length;
    const classes = [
      'accepted',
      'control',
      'superseded',
      'duplicate',
      'ignored',
      'buffered',
      'droppedOverflow',
    ];
    const ended = classes.reduce((sum, name) => sum + value(name), 0) + rejected;
    expect(ended).toBe(value('received'));
    expect(value('ticksImplied')).toBe(sink.tickCount);
    expect(rejected).toBeGreaterThan(10_000);
    expect(message(ticker())).toBe(MessageOutcome.Accepted);
    expect([...sink.ticks()].at(-1)?.kind).toBe(TickKind.Quote);
  });
});
