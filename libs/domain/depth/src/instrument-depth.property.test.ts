// Goal: no sequence of updates, holes, snapshots and damages makes a book that says it is right and
// is not. Method: 50 instruments of a random exchange, whose own books are plain arrays; after each
// update levels beside levels, and a Map kept by the changes alone beside the same levels.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { PlainInstrument } from '../test/plain-exchange.ts';
import type { ExchangeSide, SentUpdate } from '../test/plain-exchange.ts';
import { PlainUnknownSide } from '../test/plain-levels.ts';
import { PriceMap, levelUpdate, rowsOf, sent, sideOf } from '../test/level-texts.ts';
import type { Row } from '../test/level-texts.ts';
import {
  DAMAGE_FROM,
  DepthChannel,
  DepthCode,
  DepthSnapshot,
  END_OF_EVENT,
  UpdateAction,
  depthCodeName,
} from './index.ts';
import type { InstrumentDepth, LevelUpdate } from './index.ts';

const INSTRUMENTS = 50;
const UPDATES = 200_000;

const truthOf = (side: ExchangeSide): Row[] =>
  side.levels.map(({ price, size, orders }) => [price, size, orders]);

/** `expect` itself would take most of the time of these tests. */
function expectRows(shown: Row[], plain: Row[]): void {
  if (shown.join() !== plain.join()) expect(shown).toEqual(plain);
}

function expectCode(code: DepthCode, expected: DepthCode): void {
  if (code !== expected) expect(depthCodeName(code)).toBe(depthCodeName(expected));
}

/** One instrument: the exchange, the book, and the plain things that it is compared with. */
class Pair {
  readonly exchange: PlainInstrument;
  readonly depth: InstrumentDepth;
  readonly #maps: PriceMap[];
  #unknown: PlainUnknownSide[] | undefined;

  constructor(exchange: PlainInstrument, depth: InstrumentDepth) {
    this.exchange = exchange;
    this.depth = depth;
    this.#maps = exchange.sides.map(() => new PriceMap());
  }

  get isTrusted(): boolean {
    return this.#unknown === undefined;
  }

  /** A hole, or a damage, and what came with it. */
  lose(update?: SentUpdate): void {
    this.#unknown = this.exchange.sides.map((side) => new PlainUnknownSide(side.depth));
    if (update !== undefined) this.#unknown[this.#placeOf(update)]!.apply(update);
  }

  /** All of the book is published. */
  found(): void {
    this.#unknown = undefined;
    this.exchange.sides.forEach((side, at) => this.#maps[at]!.take(this.#shown(side)));
  }

  compareAll(): void {
    for (const side of this.exchange.sides) expectRows(this.#shown(side), truthOf(side));
  }

  /** What an update came to, and what it should have. `isWhole`: the last of its event. */
  check(update: SentUpdate, code: DepthCode, isWhole: boolean): void {
    const at = this.#placeOf(update);
    if (this.#unknown !== undefined) {
      this.#unknown[at]!.apply(update);
      const isKnown = this.#unknown.every((side) => side.isKnown);
      expectCode(code, isKnown ? DepthCode.Refreshed : DepthCode.Untrusted);
      this.#compareKnown(at);
      if (isKnown) this.found();
      if (isKnown && isWhole) this.compareAll();
      return;
    }
    expectCode(code, DepthCode.Applied);
    this.#maps[at]!.apply(this.depth.changes);
    if (!isWhole) return;
    const side = this.exchange.sides[at]!;
    expectRows(this.#shown(side), truthOf(side));
    expectRows(this.#maps[at]!.rows(side.isBid ? 1 : -1), truthOf(side));
  }

  #placeOf(update: SentUpdate): number {
    return this.exchange.sides.findIndex(
      (side) => side.isBid === update.isBid && side.isImplied === update.isImplied,
    );
  }

  #shown(side: ExchangeSide): Row[] {
    return rowsOf(sideOf(this.depth, side));
  }

  #compareKnown(at: number): void {
    const side = sideOf(this.depth, this.exchange.sides[at]!);
    const shown = this.#unknown![at]!.positions.map((_, depth) =>
      side.knows(depth) ? (side.priceAt(depth) ?? null) : '?',
    );
    const plain = this.#unknown![at]!.positions.map((position) =>
      position === '?' || position === null ? position : position.price,
    );
    if (shown.join() !== plain.join()) expect(shown).toEqual(plain);
  }
}

function pairs(random: () => number): { channel: DepthChannel; all: Pair[] } {
  const channel = new DepthChannel();
  const all = Array.from({ length: INSTRUMENTS }, (_, securityId) => {
    const levels = [10, 5, 3, 1][securityId % 4]!;
    const impliedLevels = securityId % 3 === 0 ? 2 : 0;
    const { depth } = channel.add({ securityId, levels, impliedLevels });
    depth.reset();
    return new Pair(new PlainInstrument({ levels, impliedLevels, random }), depth);
  });
  return { channel, all };
}

function snapshotOf(exchange: PlainInstrument, into: DepthSnapshot): void {
  into.begin(exchange.rptSeq);
  for (const { isBid, isImplied, levels } of exchange.sides) {
    levels.forEach((held, at) =>
      into.add(levelUpdate({ ...held, level: at + 1, isBid, isImplied })),
    );
  }
}

/** Each contradicts any book; prices of the exchange are none of these. */
const DAMAGES: readonly Partial<LevelUpdate>[] = [
  { action: 9 },
  { action: UpdateAction.New, level: 0 },
  { action: UpdateAction.Delete, level: 11 },
  { action: UpdateAction.New, level: 1, price: 2 ** 60 },
  { action: UpdateAction.Overlay, level: 1, price: 0.25 },
  { action: UpdateAction.Change, level: 1, size: 0 },
  { action: UpdateAction.Change, level: 1, price: 123_456_789 },
  { action: UpdateAction.Delete, level: 1, price: 123_456_789 },
  { action: UpdateAction.New, level: Number.NaN },
];

describe('books by level, beside plain ones', () => {
  test('are equal after each of 200,000 updates of 50 instruments', { timeout: 120_000 }, () => {
    const random = seededRandom(testSeed());
    const { channel, all } = pairs(random);
    for (let done = 0; done < UPDATES;) {
      const securityId = Math.floor(random() * INSTRUMENTS);
      const pair = all[securityId]!;
      const updates = pair.exchange.next();
      updates.forEach((update, at) => {
        const code = channel.apply(sent(update, securityId));
        pair.check(update, code, at === updates.length - 1);
      });
      done += updates.length;
      if (random() < 0.4) channel.endEvent(END_OF_EVENT);
    }
    channel.endEvent(END_OF_EVENT);
    expect(channel.counts.toJson()).toEqual({});
    expect(all.every(({ depth }) => depth.isConsistent)).toBe(true);
  });

  test(
    'know of what they lost exactly what is decided since, and recover',
    { timeout: 120_000 },
    () => {
      const random = seededRandom(testSeed());
      const { channel, all } = pairs(random);
      const snapshot = new DepthSnapshot({ levels: 10, impliedLevels: 2 });
      const seen = { gaps: 0, missing: 0, damaged: 0, old: 0, snapshots: 0 };
      for (let done = 0; done < UPDATES / 2; done++) {
        const securityId = Math.floor(random() * INSTRUMENTS);
        const pair = all[securityId]!;
        const pick = random();
        let [first, ...rest] = pair.exchange.next();
        if (pick < 0.01) {
          seen.gaps += 1;
          seen.missing += 1 + rest.length;
          [first, ...rest] = pair.exchange.next();
          expectCode(channel.apply(sent(first!, securityId)), DepthCode.Gap);
          pair.lose(first);
        } else {
          pair.check(first!, channel.apply(sent(first!, securityId)), rest.length === 0);
        }
        rest.forEach((update, at) => {
          pair.check(update, channel.apply(sent(update, securityId)), at === rest.length - 1);
        });
        channel.endEvent(END_OF_EVENT);
        if (pick > 0.99 && pair.isTrusted) {
          const damage = DAMAGES[Math.floor(random() * DAMAGES.length)]!;
          const rptSeq = ++pair.exchange.rptSeq;
          const update = Object.assign(sent(first!, securityId), { price: 7, rptSeq }, damage);
          expect(channel.apply(update)).toBeGreaterThanOrEqual(DAMAGE_FROM);
          seen.damaged += 1;
          pair.lose();
        } else if (pick > 0.5 && pick < 0.502) {
          snapshotOf(pair.exchange, snapshot);
          const code = pair.depth.loadSnapshot(snapshot);
          expectCode(code, pair.isTrusted ? DepthCode.Old : DepthCode.Refreshed);
          if (code === DepthCode.Old) seen.old += 1;
          else seen.snapshots += 1;
          pair.found();
          pair.compareAll();
        }
      }
      const naturally = channel.counts.of(DepthCode.Refreshed) - seen.snapshots;
      expect(Object.values({ ...seen, naturally }).filter((count) => count < 10)).toEqual([]);
      const sum = (of: (pair: Pair) => number): number =>
        all.reduce((total, pair) => total + of(pair), 0);
      expect(sum(({ depth }) => depth.condition.gaps)).toBe(seen.gaps);
      expect(sum(({ depth }) => depth.condition.missingTotal)).toBe(seen.missing);
      expect(sum(({ depth }) => depth.condition.damaged)).toBe(seen.damaged);
      expect(channel.counts.damaged).toBe(seen.damaged);
    },
  );

  test('of garbage never throw, and mark no other instrument', () => {
    const random = seededRandom(testSeed());
    const { channel, all } = pairs(random);
    const ODD = [0, -1, 1, 2, 3, 10, 11, 0.5, 2 ** 53, -(2 ** 60), Number.NaN, Infinity, 4];
    const odd = (): number => ODD[Math.floor(random() * ODD.length)]!;
    for (let done = 0; done < 50_000; done++) {
      const securityId = Math.floor(random() * INSTRUMENTS);
      const pair = all[securityId]!;
      if (securityId % 2 === 0) {
        const updates = pair.exchange.next();
        updates.forEach((update, at) => {
          const code = channel.apply(sent(update, securityId));
          pair.check(update, code, at === updates.length - 1);
        });
      } else {
        const fields = { action: odd(), level: odd(), price: odd(), size: odd(), orders: odd() };
        const rptSeq = random() < 0.9 ? pair.depth.rptSeq + 1 : odd();
        channel.apply(levelUpdate({ ...fields, rptSeq, securityId, isBid: random() < 0.5 }));
      }
      channel.endEvent(END_OF_EVENT);
    }
    const damaged = all.map(({ depth }) => depth.condition.damaged);
    expect(damaged.every((count, at) => (at % 2 === 0 ? count === 0 : count > 0))).toBe(true);
    expect(channel.counts.damaged).toBe(damaged.reduce((sum, count) => sum + count, 0));
  });
});
