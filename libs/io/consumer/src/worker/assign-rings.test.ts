import { expect, test } from 'vitest';
import { assignRings } from './assign-rings.ts';

test('gives each worker as many rings as the others, or one more', () => {
  const rings = ['x.10', 'x.2', 'x.0', 'x.1', 'x.3'];
  expect(assignRings(rings, 2)).toEqual([
    ['x.0', 'x.2', 'x.10'],
    ['x.1', 'x.3'],
  ]);
  expect(assignRings(rings.toReversed(), 2)).toEqual(assignRings(rings, 2));
});

test('starts no worker without a ring', () => {
  expect(assignRings(['x.0'], 4)).toEqual([['x.0']]);
});
