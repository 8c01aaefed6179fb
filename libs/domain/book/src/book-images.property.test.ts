// Goal: whoever reads from wherever, with whatever holes, has either the right book or one that it
// knows to be wrong; and whoever had it right is not disturbed by images written for others.
// Method: random sessions; readers that attach anywhere and lose random stretches; the truth is
// kept apart, as plain maps by sequence.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { TickScript, bookText } from '../test/tick-script.ts';
import { BookBuilder, BookEvent } from './book-builder.ts';
import { BookTrust } from './instrument-book.ts';

const INSTRUMENTS = 3;

function session(random: () => number, withTrouble: boolean): TickScript {
  const script = new TickScript({ instruments: INSTRUMENTS, ticksMax: 3_000, random });
  for (let instrument = 0; instrument < INSTRUMENTS; instrument++) script.image(instrument);
  while (script.hasRoom) {
    const draw = random();
    if (draw < 0.8) script.change();
    else if (draw < 0.88 || !withTrouble) script.image();
    else if (draw < 0.9) script.gap();
    else if (draw < 0.905) script.newWriter();
    else script.recover();
  }
  for (let instrument = 0; instrument < INSTRUMENTS; instrument++) script.recover(instrument);
  return script;
}

/** Every trusted book is the right one for its sequence. Returns how many were looked at. */
function checkTrusted(builder: BookBuilder, script: TickScript): number {
  let checked = 0;
  for (let instrument = 0; instrument < INSTRUMENTS; instrument++) {
    const book = builder.get(instrument);
    if (book === undefined || book.trust !== BookTrust.Trusted) continue;
    if (bookText(book.book) !== script.truth(instrument, Number(book.sequence))) {
      throw new Error(`the book of ${instrument} at ${book.sequence} is wrong, and trusted`);
    }
    checked += 1;
  }
  return checked;
}

describe('images for readers that come late', () => {
  test('a trusted book is the right one at each LAST, wherever its reader began or lost', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 4; round++) {
      const script = session(random, true);
      let checked = 0;
      for (let reader = 0; reader < 12; reader++) {
        const builder = new BookBuilder();
        let at = Math.floor(random() * script.count);
        let books = 0;
        while (at < script.count) {
          if (random() < 0.004) {
            at += 1 + Math.floor(random() * 200);
            builder.loseTrust();
            continue;
          }
          const event = builder.applyAt(script.view, script.offset(at));
          // Some LASTs, and every gap and end: looking at a book costs more than building it.
          if (event === BookEvent.Book) {
            books += 1;
            if (books % 7 === 0) checked += checkTrusted(builder, script);
          }
          at += 1;
        }
        checkTrusted(builder, script);
      }
      expect(checked).toBeGreaterThan(100);
    }
  });

  test('a reader from the start skips every one of them and misses no change', () => {
    const random = seededRandom(testSeed());
    const script = session(random, false);
    const builder = new BookBuilder();
    let shown = 0;
    for (let at = 0; at < script.count; at++) {
      if (builder.applyAt(script.view, script.offset(at)) === BookEvent.Book) shown += 1;
    }
    // The first image of each is its beginning, all others are skipped.
    expect(builder.skippedImages).toBe(script.images - INSTRUMENTS);
    expect(builder.skippedImages).toBeGreaterThan(5);
    expect(shown).toBe(script.changes + INSTRUMENTS);
    for (let instrument = 0; instrument < INSTRUMENTS; instrument++) {
      const book = builder.get(instrument);
      expect(Number(book?.sequence)).toBe(script.sequenceOf(instrument));
    }
    expect(checkTrusted(builder, script)).toBe(INSTRUMENTS);
  });

  test('applying and skipping an image give equal books', () => {
    const random = seededRandom(testSeed());
    const script = session(random, false);
    const skipping = new BookBuilder();
    for (let at = 0; at < script.count; at++) skipping.applyAt(script.view, script.offset(at));
    for (let start = 0; start < script.count; start += 211) {
      const applying = new BookBuilder();
      for (let at = start; at < script.count; at++) {
        applying.applyAt(script.view, script.offset(at));
      }
      for (let instrument = 0; instrument < INSTRUMENTS; instrument++) {
        const late = applying.get(instrument);
        if (late?.trust !== BookTrust.Trusted) continue;
        const early = skipping.get(instrument);
        expect(late.sequence).toBe(early?.sequence);
        expect(bookText(late.book)).toBe(early && bookText(early.book));
      }
    }
  });
});
