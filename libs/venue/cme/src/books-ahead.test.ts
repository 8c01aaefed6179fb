// Goal: each instrument is given once, as soon as its packet has been gone through. Method: against
// a plain list that is searched whole at each packet.
import { seededRandom, testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { BooksAhead } from './books-ahead.ts';
import type { CmeInstrument } from './instrument.ts';

/** What they are does not matter here. */
const named = (): CmeInstrument => Object.create(null) as CmeInstrument;

test('as a plain list would give them', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const ahead = new BooksAhead();
  let plain: { sequence: number; instrument: CmeInstrument }[] = [];
  let given = 0;
  for (let sequence = 1; sequence <= 3_000; sequence++) {
    while (random() < 0.4) {
      const instrument = named();
      const entry = { sequence: sequence + Math.floor(random() * 40), instrument };
      plain.push(entry);
      ahead.add(instrument, entry.sequence);
    }
    const reached = new Set<CmeInstrument>();
    for (let next = ahead.take(sequence); next !== undefined; next = ahead.take(sequence)) {
      reached.add(next);
      given += 1;
    }
    const due = plain.filter((entry) => entry.sequence <= sequence);
    plain = plain.filter((entry) => entry.sequence > sequence);
    const wanted = new Set(due.map(({ instrument }) => instrument));
    expect(reached, `seed ${seed}, sequence ${sequence}`).toEqual(wanted);
  }
  expect(given).toBeGreaterThan(1_000);
  ahead.add(named(), 1);
  ahead.clear();
  expect(ahead.take(Infinity)).toBeUndefined();
});
