// Goal: real bytes of the venue give the right books and exact values. Method: the captured
// session through the normaliser; books from the 64-byte ticks only; an independent reading of the
// same messages with JSON.parse; checksums computed elsewhere.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDecimal } from '@tickwire/core';
import { BookBuilder, BookEvent, BookTrust } from '@tickwire/domain-book';
import type { BookSide } from '@tickwire/domain-book';
import { capturedData } from '@tickwire/testing';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import { beforeAll, describe, expect, test } from 'vitest';
import { CollectingSink } from '../test/collecting-sink.ts';
import { createKucoinNormaliser } from './normaliser.ts';
import { createTallies } from './tallies.ts';

const folder = capturedData('real KuCoin session through the normaliser', 'kucoin');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Event {
  at: string;
  ws?: string;
  symbol?: string;
  body?: string;
}

function readCapture(path: string): { symbols: string; events: Event[] } {
  const lines = (name: string): string[] =>
    readFileSync(join(path, 'capture-2021-04-25', name), 'utf8')
      .split('\n')
      .filter(Boolean);
  const events: Event[] = lines('ws.txt').map((line) => {
    const colon = line.indexOf(': ');
    return { at: line.slice(0, colon), ws: line.slice(colon + 2) };
  });
  for (const line of lines('rest-level2-snapshots.txt')) {
    const [, symbol = '', at = '', body = ''] = /symbol=(\S+) -> ([\d.]+): (.*)$/.exec(line) ?? [];
    events.push({ at, symbol, body });
  }
  events.sort((a, b) => Number(a.at) - Number(b.at));
  const symbols = lines('rest-symbols.txt')[0] ?? '';
  return { symbols: symbols.slice(symbols.indexOf('{')), events };
}

const stamp = (seconds: string) => {
  const [whole = '', fraction = ''] = seconds.split('.');
  const ns = BigInt(whole + fraction.padEnd(9, '0').slice(0, 9));
  return { hi: Number(ns >> 32n), lo: Number(ns & 0xffffffffn), monotonicNs: 0 };
};

const stripped = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

describe.skipIf(folder === undefined)('the captured session of 2021-04-25', () => {
  const sink = new CollectingSink();
  const counted = createTallies();
  let events: Event[] = [];

  beforeAll(() => {
    const capture = readCapture(folder ?? '');
    events = capture.events;
    const normaliser = createKucoinNormaliser({
      sink,
      tallies: counted.tallies,
      symbols: 'all',
      flags: TickFlag.Replayed,
    });
    normaliser.onSymbols(bytes(capture.symbols));
    for (const event of events) {
      if (event.ws !== undefined) normaliser.onMessage(bytes(event.ws), stamp(event.at));
      else normaliser.onSnapshot(event.symbol ?? '', bytes(event.body ?? ''), stamp(event.at));
    }
  });

  test('counts every message once and loses none', () => {
    const { value } = counted;
    const messages = events.filter((event) => event.ws !== undefined).length;
    expect(value('received')).toBe(messages);
    const classes = ['accepted', 'control', 'superseded', 'duplicate', 'ignored', 'buffered'];
    expect(classes.reduce((sum, name) => sum + value(name), 0)).toBe(messages);
    expect(sink.rejects).toEqual([]);
    expect(sink.gaps).toEqual([]);
    expect(value('snapshots')).toBe(5);
    expect(value('ignored')).toBe(1);
    expect(value('buffered')).toBe(0);
    expect(value('ticksImplied')).toBe(sink.tickCount);
  });

  test('gives the five books of the independent computation', () => {
    const expected = JSON.parse(readFileSync(join(folder ?? '', 'expected-books.json'), 'utf8'));
    const builder = new BookBuilder({ entry: (index) => sink.entries[index] });
    for (const tick of sink.ticks()) builder.apply(tick);
    const books = new Map(
      builder.books().map((state) => [sink.entries[state.instrument]?.symbol ?? '', state]),
    );
    expect([...books.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [symbol, state] of books) {
      expect(state?.trust).toBe(BookTrust.Trusted);
      const rows = (side: BookSide | undefined, letter: string): string[] =>
        Array.from({ length: side?.count ?? 0 }, (_, depth) => {
          const price = formatDecimal(side?.priceAt(depth) ?? NaN, state.priceExp);
          return `${letter} ${price} ${formatDecimal(side?.sizeAt(depth) ?? NaN, state.sizeExp)}`;
        });
      const text = [...rows(state?.book.bids, 'B'), ...rows(state?.book.asks, 'A')];
      expect({
        finalSequence: state?.sequence.toString(),
        bids: state?.book.bids.count,
        asks: state?.book.asks.count,
        sha256: createHash('sha256').update(text.join('\n')).digest('hex'),
      }).toEqual({
        finalSequence: expected[symbol].finalSequence,
        bids: expected[symbol].bids,
        asks: expected[symbol].asks,
        sha256: expected[symbol].sha256,
      });
    }
  });

  test('every comparable ticker equals the book at its sequence: 375 of 375', () => {
    const builder = new BookBuilder({ entry: (index) => sink.entries[index] });
    const tops = new Map<string, string>();
    const quotes: { key: string; top: string }[] = [];
    for (const tick of sink.ticks()) {
      const event = builder.apply(tick);
      const state = builder.get(tick.instrument);
      if (state === undefined) continue;
      const { bids, asks } = state.book;
      if (event === BookEvent.Book && state.trust === BookTrust.Trusted) {
        const snapshot = (tick.flags & TickFlag.Snapshot) !== 0;
        const top = [bids.priceAt(0), bids.sizeAt(0), asks.priceAt(0), asks.sizeAt(0)].join();
        if (!snapshot) tops.set(`${state.instrument} ${tick.sequence}`, top);
      } else if (event === BookEvent.Quote) {
        const { bidPrice, bidSize, askPrice, askSize } = state.quote;
        const top = [bidPrice, bidSize, askPrice, askSize].join();
        quotes.push({ key: `${state.instrument} ${tick.sequence}`, top });
      }
    }
    const comparable = quotes.filter(({ key }) => tops.has(key));
    expect(comparable.filter(({ key, top }) => tops.get(key) !== top)).toEqual([]);
    expect(comparable).toHaveLength(375);
  });

  test('decodes back to the decimals of each message, read by other means', () => {
    const found = linesOfTicks(sink);
    const wanted = linesOfMessages(events);
    const low = (text: string): string =>
      text.replace(/^(\S+) (\d+) (quote|trade)/, (_, symbol, sequence, kind) => {
        return `${symbol} ${BigInt(sequence) & 0xffffffffn} ${kind}`;
      });
    expect(found.sort()).toEqual(wanted.map(low).sort());
    expect(found.length).toBeGreaterThan(5000);
  });
});

/** One line of text for each value the messages hold, read with JSON.parse. */
function linesOfMessages(events: readonly Event[]): string[] {
  const wanted: string[] = [];
  const applied = new Map<string, number>();
  const waiting = new Map<string, string[]>();
  for (const event of events) {
    if (event.symbol !== undefined) {
      const { data } = JSON.parse(event.body ?? '');
      applied.set(event.symbol, Number(data.sequence));
      for (const [side, levels] of [
        ['bid', data.bids],
        ['ask', data.asks],
      ] as const) {
        for (const [price, size] of levels) {
          wanted.push(`${event.symbol} image ${side} ${stripped(price)} ${stripped(size)}`);
        }
      }
      for (const text of waiting.get(event.symbol) ?? []) {
        const sequence = Number(text.split(' ')[1]);
        if (sequence > Number(data.sequence)) wanted.push(text);
      }
      continue;
    }
    const { topic = '', data } = JSON.parse(event.ws ?? '');
    const [name, symbol] = topic.split(':');
    if (name === '/market/ticker') {
      wanted.push(
        `${symbol} ${data.sequence} quote ${stripped(data.bestBid)} ${stripped(data.bestBidSize)} ` +
          `${stripped(data.bestAsk)} ${stripped(data.bestAskSize)} ${data.time}000000`,
      );
    } else if (name === '/market/match') {
      const id = BigInt(`0x${data.tradeId.slice(8)}`);
      wanted.push(
        `${symbol} ${data.sequence} trade ${data.side} ${stripped(data.price)} ` +
          `${stripped(data.size)} ${data.time} ${id}`,
      );
    } else if (name === '/market/level2') {
      for (const side of ['asks', 'bids'] as const) {
        for (const [price, size, sequence] of data.changes[side]) {
          const where = price === '0' ? 'none' : `${side.slice(0, 3)} ${stripped(price)}`;
          const text = `${symbol} ${sequence} level ${where} ${price === '0' ? '0' : stripped(size)}`;
          if (applied.has(symbol)) {
            if (Number(sequence) > (applied.get(symbol) ?? 0)) wanted.push(text);
          } else waiting.set(symbol, [...(waiting.get(symbol) ?? []), text]);
        }
      }
    }
  }
  return wanted;
}

/** The same lines from the ticks. */
function linesOfTicks(sink: CollectingSink): string[] {
  const full = new Map<string, bigint>();
  const found: string[] = [];
  for (const tick of sink.ticks()) {
    const entry = sink.entries[tick.instrument];
    if (entry === undefined) throw new Error('a tick before its entry');
    const price = (m: number): string => formatDecimal(m, entry.priceExp) ?? 'absent';
    const size = (m: number): string => formatDecimal(m, entry.sizeExp) ?? 'absent';
    const sequence = (): string => {
      const base = full.get(entry.symbol) ?? 1612000000000n;
      const delta = BigInt((tick.sequence - Number(base & 0xffffffffn)) | 0);
      return (base + delta).toString();
    };
    const image = (tick.flags & TickFlag.Snapshot) !== 0;
    if (tick.kind === TickKind.Clear) {
      full.set(entry.symbol, (BigInt(tick.fullSequenceHi) << 32n) | BigInt(tick.fullSequenceLo));
    } else if (tick.kind === TickKind.Level && image) {
      found.push(
        `${entry.symbol} image ${tick.side === 1 ? 'bid' : 'ask'} ${price(tick.price)} ${size(tick.size)}`,
      );
    } else if (tick.kind === TickKind.Level) {
      const where =
        tick.side === 0 ? 'none' : `${tick.side === 1 ? 'bid' : 'ask'} ${price(tick.price)}`;
      found.push(`${entry.symbol} ${sequence()} level ${where} ${size(tick.size)}`);
    } else if (tick.kind === TickKind.Quote) {
      const ts = (BigInt(tick.tsEventHi) << 32n) | BigInt(tick.tsEventLo);
      found.push(
        `${entry.symbol} ${tick.sequence} quote ${price(tick.bidPrice)} ${size(tick.bidSize)} ` +
          `${price(tick.askPrice)} ${size(tick.askSize)} ${ts}`,
      );
    } else if (tick.kind === TickKind.Trade) {
      const ts = (BigInt(tick.tsEventHi) << 32n) | BigInt(tick.tsEventLo);
      const id = (BigInt(tick.tradeIdHi) << 32n) | BigInt(tick.tradeIdLo);
      found.push(
        `${entry.symbol} ${tick.sequence} trade ${tick.side === 1 ? 'buy' : 'sell'} ` +
          `${price(tick.price)} ${size(tick.size)} ${ts} ${id}`,
      );
    }
  }
  return found;
}
