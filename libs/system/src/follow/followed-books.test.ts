// Goal: a program that follows a ring has right books whatever its gateway and its bus do, and says
// how it stands. Method: a real ring, a bus of our own that answers as it is told.
import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import { BusError } from '@tickwire/io-bus';
import type { Bus, BusMessage } from '@tickwire/io-bus';
import { createRing, formatRingId } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { hostTimers } from '@tickwire/io-service';
import { seededRandom, temporaryDirectory, waitFor } from '@tickwire/testing';
import { Action, Side, TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FollowedBooks } from './followed-books.ts';

const NAME = 'test.0';
const { Last, Snapshot } = TickFlag;

/** A gateway's ring of books with one bid each. */
class Gateway {
  readonly ring: RingProducer;

  constructor(dir: string, symbols: readonly string[]) {
    this.ring = createRing({ dir, name: NAME, vendor: 'test', slotCount: 64 });
    for (const symbol of symbols) this.ring.append(entryOf(symbol));
  }

  image(instrument: number, sequence: number, size: number): void {
    const batch = new TickBatch(2);
    const clear = batch.add(TickKind.Clear);
    clear.instrument = instrument;
    clear.flags = Snapshot;
    clear.setFullSequence(0, sequence);
    this.#level(batch, { instrument, sequence, size, flags: Snapshot | Last });
    this.ring.publish(batch.bytes, batch.count);
  }

  change(instrument: number, sequence: number, size: number): void {
    const batch = new TickBatch(1);
    this.#level(batch, { instrument, sequence, size, flags: Last });
    this.ring.publish(batch.bytes, batch.count);
  }

  #level(
    batch: TickBatch,
    level: { instrument: number; sequence: number; size: number; flags: number },
  ): void {
    const tick = batch.add(TickKind.Level);
    tick.instrument = level.instrument;
    tick.flags = level.flags;
    tick.sequence = level.sequence;
    tick.setSideAction(Side.Bid, Action.Modify);
    tick.price = 100;
    tick.size = level.size;
  }
}

const entryOf = (symbol: string) => ({
  ...{ vendor: 'test', venue: '', symbol, canonicalSymbol: '', currency: '' },
  ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped, supersedes: SUPERSEDES_NONE },
  ...{ priceExp: 0, sizeExp: 0, markExp: 0 },
  ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
});

type Answer = (body: { instruments: number[]; ringId: string; after: number }) => unknown;

function setUp(options: { answer?: Answer; symbols?: string[] } = {}) {
  const dir = temporaryDirectory({ name: 'follow', shared: true });
  const symbols = options.symbols ?? ['A', 'B'];
  const gateway = new Gateway(dir, symbols);
  onTestFinished(() => gateway.ring.close());
  const asked: { subject: string; instruments: number[]; ringId: string }[] = [];
  const bus: Pick<Bus, 'request'> = {
    request: async (subject, payload) => {
      const body = JSON.parse(String(payload));
      asked.push({ subject, instruments: body.instruments, ringId: body.ringId });
      const answer = await options.answer?.(body);
      const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
      return { data: new TextEncoder().encode(text) } as BusMessage;
    },
  };
  const limits = { firstAskMsMax: 0, retryMsMin: 20, retryMsMax: 20 };
  let newRings = 0;
  const books = new FollowedBooks({
    ring: { dir, name: NAME },
    ...(options.answer === undefined ? {} : { control: { bus, service: 'gateway-test' } }),
    timers: hostTimers,
    nowMs: () => performance.now(),
    random: seededRandom(1),
    books: { limits },
    onNewRing: () => (newRings += 1),
  });
  onTestFinished(() => books.close());
  const read = (): void => {
    while (books.poll());
  };
  return { dir, gateway, books, asked, read, newRings: () => newRings };
}

const served = { ok: true, written: [], queued: [], refused: [] };

describe('followed books', () => {
  test('asks the gateway of its ring, by that ring’s indexes, until the images are there', async () => {
    const { gateway, books, asked, read } = setUp({ answer: () => served });
    await waitFor(() => asked.length > 1, { what: 'a second request' });
    expect(asked[0]).toEqual({
      subject: 'control.gateway-test.snapshot',
      instruments: [1, 2],
      ringId: formatRingId(gateway.ring.ringId),
    });
    gateway.image(1, 10, 5);
    gateway.image(2, 20, 6);
    gateway.change(1, 11, 7);
    read();
    expect(books.follower.isRight).toBe(true);
    expect(books.book('A')?.sequence).toBe(11n);
    expect(books.book('A')?.book.bids.sizeAt(0)).toBe(7);
    expect(books.book('C')).toBeUndefined();
    const { ring, books: states, requests } = books.status();
    expect({ ring, states }).toEqual({
      ring: 'live',
      states: { right: 2, waiting: 0, asked: 0, none: 0 },
    });
    expect(requests.sent).toBe(requests.answered + requests.waiting);
  });

  test('a lapped reader doubts all books, asks again, and is right again', async () => {
    const { gateway, books, asked, read } = setUp({ answer: () => served });
    gateway.image(1, 10, 5);
    gateway.image(2, 20, 6);
    read();
    const before = asked.length;
    for (let sequence = 11; sequence < 200; sequence++) gateway.change(1, sequence, sequence);
    read();
    expect(books.follower.losses).toBeGreaterThan(0);
    expect(books.follower.states().right).toBe(0);
    await waitFor(() => asked.length > before, { what: 'another request' });
    gateway.image(1, 199, 199);
    gateway.image(2, 20, 6);
    read();
    expect(books.follower.isRight).toBe(true);
  });

  test('asks nobody without a bus, and is right from the next image', () => {
    const { gateway, books, read } = setUp();
    gateway.change(1, 11, 7);
    read();
    expect(books.status()).toMatchObject({ books: { waiting: 2 }, requests: { sent: 0 } });
    gateway.image(1, 12, 8);
    read();
    expect(books.follower.state(1)).toBe('right');
  });

  test('does not ask again for what the gateway has not', async () => {
    const refused = [{ instrument: 2, code: 'UNKNOWN_INSTRUMENT', hint: '' }];
    const { books, asked } = setUp({ answer: () => ({ ...served, refused }) });
    await waitFor(() => asked.length > 1, { what: 'a second request' });
    expect(asked[1]?.instruments).toEqual([1]);
    expect(books.follower.state(2)).toBe('none');
  });

  test.each<[string, Answer, object]>([
    ['an answer that is none', () => 'no JSON', { refused: 1 }],
    ['an answer of another shape', () => ({ ok: true }), { refused: 1 }],
    ['a refusal', () => ({ ok: false, code: 'WRONG_RING' }), { refused: 1 }],
    [
      'no answer',
      () => {
        throw new BusError('TIMEOUT', 'late');
      },
      { unanswered: 1 },
    ],
  ])('goes on after %s, and shows it', async (_, answer, expected) => {
    let first = true;
    const { gateway, books, read } = setUp({
      answer: (body) => {
        if (!first) return served;
        first = false;
        return answer(body);
      },
    });
    await waitFor(() => books.status().requests.answered > 0, { what: 'an answer' });
    expect(books.status().requests).toMatchObject(expected);
    expect(books.status().lastFailure).toBeUndefined();
    gateway.image(1, 10, 5);
    read();
    expect(books.follower.state(1)).toBe('right');
  });

  test('begins anew in the ring that replaces its own', async () => {
    const { dir, gateway, books, read, newRings } = setUp({ answer: () => served });
    gateway.image(1, 10, 5);
    read();
    gateway.ring.close();
    const next = new Gateway(dir, ['B', 'C']);
    onTestFinished(() => next.ring.close());
    next.image(1, 30, 9);
    await waitFor(
      () => {
        read();
        return newRings() === 1 && books.follower.state(1) === 'right';
      },
      { what: 'the new ring' },
    );
    expect(books.book('A')).toBeUndefined();
    expect(books.book('B')?.sequence).toBe(30n);
  });
});
