import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PUBLISH_DELTA_NS_MAX, packPublishDelta, unpackPublishDelta } from './index.ts';

test.each([
  [0, 0x0000, 0],
  [-5, 0x0000, 0],
  [Number.NaN, 0x0000, 0],
  [4095, 0xfff0, 4095],
  [4096, 0x8001, 4096],
  [1_000_000, 0xf428, 999_936],
  [PUBLISH_DELTA_NS_MAX, 0xffff, PUBLISH_DELTA_NS_MAX],
  [1e12, 0xffff, PUBLISH_DELTA_NS_MAX],
])('packs %d ns', (deltaNs, packed, unpacked) => {
  expect(packPublishDelta(deltaNs)).toBe(packed);
  expect(unpackPublishDelta(packed)).toBe(unpacked);
});

test('is never above and at most 0.05 % below the value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: PUBLISH_DELTA_NS_MAX }), (deltaNs) => {
      const back = unpackPublishDelta(packPublishDelta(deltaNs));
      expect(back).toBeLessThanOrEqual(deltaNs);
      expect(deltaNs - back).toBeLessThanOrEqual(deltaNs / 2048);
    }),
  );
});
