// Goal: many scrapes cost as much as one.
import { expect, test } from 'vitest';
import { atMostEvery } from './at-most-every.ts';

test('calls within the interval share one answer; an interval of 0 shares none', async () => {
  let made = 0;
  const make = async (): Promise<number> => ++made;
  const rarely = atMostEvery(3_600_000, make);
  expect(await Promise.all([rarely(), rarely(), rarely()])).toEqual([1, 1, 1]);
  const always = atMostEvery(0, make);
  expect([await always(), await always()]).toEqual([2, 3]);
});
