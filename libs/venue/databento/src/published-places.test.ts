// Goal: each instrument of each publisher has one place, whatever ids there are and however many.
// Method: beside a Map, ids by seed that share their low bits, past several growths.
import { seededRandom, testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { PublishedPlaces } from './published-places.ts';

const INSTRUMENTS = 5_000;

test('finds what was added, and nothing else', () => {
  const random = seededRandom(testSeed());
  const places = new PublishedPlaces();
  const plain = new Map<string, number>();
  const byId = new Map<number, number[]>();
  const ids = Array.from({ length: INSTRUMENTS }, (_, at) => {
    return at % 3 === 0 ? (at * 4096) >>> 0 : Math.floor(random() * 2 ** 32);
  });
  for (const id of ids) {
    for (const publisher of [1, 2, 0xffff]) {
      if (random() < 0.4 || places.find(id, publisher) >= 0) continue;
      const place = places.add(id, publisher);
      expect(place).toBe(plain.size);
      plain.set(`${id}/${publisher}`, place);
      byId.set(id, [...(byId.get(id) ?? []), place]);
      expect(places.publisherOf(place)).toBe(publisher);
    }
  }
  expect(places.count).toBe(plain.size);
  for (const id of ids) {
    const found = [1, 2, 0xffff].map((publisher) => places.find(id, publisher));
    const wanted = [1, 2, 0xffff].map((publisher) => plain.get(`${id}/${publisher}`) ?? -1);
    if (found.join() !== wanted.join()) expect(found).toEqual(wanted);
    if (places.of(id).join() !== (byId.get(id) ?? []).join()) {
      expect(places.of(id)).toEqual(byId.get(id) ?? []);
    }
  }
  expect([places.find(ids[1]! ^ 1, 1), places.of(ids[2]! ^ 1)]).toEqual([-1, []]);
});
