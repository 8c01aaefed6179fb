// Goal: whoever follows a ring has right books soon, asks for what is missing and no more, later
// each time, and never takes a wrong book for a right one. Method: rules by hand; then random
// sessions in which changes, images, gaps, new writers and laps come in any order.
import { AssetClass, TextForm } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { TickScript, bookText } from '../test/tick-script.ts';
import { BookFollower } from './book-follower.ts';
import type { FollowerLimits } from './book-follower.ts';
import type { InstrumentBook } from './instrument-book.ts';

const ABSENT_ENTRY = { tickSize: 1, lotSize: 1, multiplierE9: 1, expirySec: 1 };
const INSTRUMENTS = 3;

/** Entry 0 is the ring itself, the instruments of a script follow. */
function directory(instruments: number) {
  const entry = (index: number): DirectoryEntry => ({
    ...{ index, vendor: 'test', venue: '', symbol: `S${index}`, canonicalSymbol: '' },
    assetClass: index === 0 ? AssetClass.Channel : AssetClass.Spot,
    ...{ currency: '', priceExp: 0, sizeExp: 0, markExp: 0, textForm: TextForm.Stripped },
    ...ABSENT_ENTRY,
    supersedes: 0xffff_ffff,
  });
  return {
    count: instruments + 1,
    get: (index: number) => (index <= instruments ? entry(index) : undefined),
  };
}

function setUp(limits: Partial<FollowerLimits> = {}, random = seededRandom(testSeed())) {
  const script = new TickScript({ instruments: INSTRUMENTS + 1, ticksMax: 8_000, random });
  const right: number[] = [];
  const follower = new BookFollower({
    directory: directory(INSTRUMENTS),
    random,
    limits,
    onRight: ({ instrument }) => right.push(instrument),
  });
  let at = 0;
  return {
    script,
    follower,
    right,
    random,
    /** Reads all that is there, in runs of any length. */
    read: () => {
      while (at < script.count) {
        const count = Math.min(1 + Math.floor(random() * 40), script.count - at);
        follower.onTicks(new DataView(script.view.buffer, at * 64, count * 64), count);
        at += count;
      }
    },
    /** Is lapped: what was not read is lost. */
    lap: () => {
      at = script.count;
      follower.onLoss();
    },
  };
}

describe('book follower', () => {
  test('asks for every book at once that it does not have, and has it from the image on', () => {
    const { script, follower, read, right } = setUp({ firstAskMsMax: 0 });
    expect(follower.due(0)).toEqual([1, 2, 3]);
    expect(follower.states()).toEqual({ right: 0, waiting: 0, asked: 3, none: 0 });
    script.change(1);
    script.image(2);
    read();
    expect(follower.state(1)).toBe('asked');
    expect(follower.state(2)).toBe('right');
    expect(right).toEqual([2]);
    script.image(1);
    script.image(3);
    read();
    expect(follower.isRight).toBe(true);
    expect(follower.due(1e9)).toEqual([]);
  });

  test('asks again later each time, up to a bound, and at once after a loss', () => {
    const { follower, lap } = setUp({
      ...{ firstAskMsMax: 0, retryMsMin: 100, retryMsMax: 800, jitter: 0 },
    });
    const asked: number[] = [];
    for (let ms = 0; ms < 5_000; ms += 10) if (follower.due(ms).length > 0) asked.push(ms);
    expect(asked).toEqual([0, 100, 300, 700, 1_500, 2_300, 3_100, 3_900, 4_700]);
    lap();
    expect(follower.due(5_000)).toEqual([1, 2, 3]);
  });

  test('waits differ between readers', () => {
    const random = seededRandom(testSeed());
    const first = Array.from({ length: 20 }, () => {
      const { follower } = setUp({ firstAskMsMax: 1_000, retryMsMin: 1_000 }, random);
      for (let ms = 0; ; ms++) if (follower.due(ms).length > 0) return ms;
    });
    expect(new Set(first).size).toBeGreaterThan(10);
    expect(Math.max(...first)).toBeLessThanOrEqual(1_000);
  });

  test('asks for no more at a time than one request may name', () => {
    const { follower } = setUp({ firstAskMsMax: 0, instrumentsPerAskMax: 2 });
    expect(follower.due(0)).toEqual([1, 2]);
    expect(follower.due(0)).toEqual([3]);
    expect(follower.due(0)).toEqual([]);
  });

  test('does not ask again for what is refused for good, and takes its image all the same', () => {
    const { script, follower, read } = setUp({ firstAskMsMax: 0 });
    follower.due(0);
    follower.onRefused(2);
    expect(follower.state(2)).toBe('none');
    expect(follower.due(1e9)).toEqual([1, 3]);
    script.image(2);
    read();
    expect(follower.state(2)).toBe('right');
  });

  test('a gap of one instrument makes that one book doubtful', () => {
    const { script, follower, read } = setUp({ firstAskMsMax: 0 });
    for (const instrument of [1, 2, 3]) script.image(instrument);
    read();
    script.gap(2);
    read();
    expect(follower.states()).toEqual({ right: 2, waiting: 1, asked: 0, none: 0 });
    expect(follower.due(0)).toEqual([2]);
    script.recover(2);
    read();
    expect(follower.isRight).toBe(true);
  });

  test('follows what is wanted, entries that come later too', () => {
    const random = seededRandom(1);
    const growing = { ...directory(1), get: directory(3).get };
    const follower = new BookFollower({
      directory: growing,
      random,
      wants: ({ symbol }) => symbol !== 'S1',
      limits: { firstAskMsMax: 0 },
    });
    expect(follower.due(0)).toEqual([]);
    growing.count = 4;
    expect(follower.due(0)).toEqual([2, 3]);
    expect(follower.state(1)).toBeUndefined();
  });

  test('is never wrong, and right in the end, in any order of changes, images, gaps, laps', () => {
    const random = seededRandom(testSeed());
    let checked = 0;
    for (let round = 0; round < 15; round++) {
      const { script, follower, read, lap } = setUp({ firstAskMsMax: 0 }, random);
      const check = (book: InstrumentBook): void => {
        if (follower.state(book.instrument) !== 'right') return;
        checked += 1;
        const truth = script.truth(book.instrument, Number(book.sequence));
        if (bookText(book.book) === truth) return;
        throw new Error(`the book of ${book.instrument} at ${book.sequence} is wrong`);
      };
      let nowMs = 0;
      const serve = (): void => {
        nowMs += 1_000;
        for (const instrument of follower.due(nowMs)) script.image(instrument);
      };
      while (script.hasRoom) {
        const draw = random();
        if (draw < 0.75) script.change();
        else if (draw < 0.78) script.gap();
        else if (draw < 0.785) script.newWriter();
        else if (draw < 0.86) script.recover();
        else if (draw < 0.9) serve();
        else if (draw < 0.92) lap();
        else {
          read();
          for (const book of follower.books()) check(book);
        }
      }
      for (const instrument of [1, 2, 3]) script.recover(instrument);
      read();
      serve();
      read();
      expect(follower.states()).toMatchObject({ right: INSTRUMENTS });
      for (const book of follower.books()) check(book);
      for (const book of follower.books()) {
        expect(Number(book.sequence)).toBe(script.sequenceOf(book.instrument));
      }
    }
    expect(checked).toBeGreaterThan(500);
  });
});
