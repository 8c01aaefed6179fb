// Goal: symbols are spread evenly, and stay where they are from release to release. Method: golden
// values; each bit of the input flipped; chi-square over partitions.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { hashText, preference } from './hash.ts';

/** Of 63 degrees of freedom: passed by chance once in 10 million. */
const CHI_SQUARE_63_MAX = 136;

function randomText(random: () => number): string {
  const length = 1 + Math.floor(random() * 20);
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(random() * 94))).join('');
}

/** Largest distance from one half of the rate at which an input bit flips an output bit. */
function avalancheBias(flips: Float64Array, samples: number): number {
  return flips.reduce((worst, count) => Math.max(worst, Math.abs(count / samples - 0.5)), 0);
}

function countFlips(flips: Float64Array, row: number, difference: number): void {
  for (let bit = 0; bit < 32; bit++) {
    const at = row * 32 + bit;
    flips[at] = (flips[at] as number) + ((difference >>> bit) & 1);
  }
}

function chiSquare(cells: Float64Array): number {
  const expected = cells.reduce((sum, count) => sum + count, 0) / cells.length;
  return cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('hash of symbols', () => {
  test('gives the golden values', () => {
    const texts = ['', 'A', 'BTC-USDT', 'ETH-USDT', 'ESZ6', '日経225'];
    const golden = texts.map((text) => [hashText(text), preference(hashText(text), 0)]);
    expect(golden).toMatchInlineSnapshot(`
      [
        [
          33350994,
          1214650568,
        ],
        [
          3976543756,
          2910334001,
        ],
        [
          4271570294,
          2788825398,
        ],
        [
          2200773629,
          1770098377,
        ],
        [
          552590363,
          783160866,
        ],
        [
          2547177642,
          2901325037,
        ],
      ]
    `);
  });

  test('each bit of the last unit, and of the hash, flips each bit of the result by half', () => {
    const random = seededRandom(testSeed());
    const samples = 20_000;
    const ofText = new Float64Array(7 * 32);
    const ofPreference = new Float64Array(32 * 32);
    for (let at = 0; at < samples; at++) {
      const text = randomText(random);
      const last = text.charCodeAt(text.length - 1);
      for (let bit = 0; bit < 7; bit++) {
        const other = text.slice(0, -1) + String.fromCharCode(last ^ (1 << bit));
        countFlips(ofText, bit, hashText(text) ^ hashText(other));
      }
      const hash = Math.floor(random() * 2 ** 32);
      for (let bit = 0; bit < 32; bit++) {
        countFlips(ofPreference, bit, preference(hash, 3) ^ preference(hash ^ (1 << bit), 3));
      }
    }
    // Six sigma of a fair coin are 0.021.
    expect(avalancheBias(ofText, samples)).toBeLessThan(0.03);
    expect(avalancheBias(ofPreference, samples)).toBeLessThan(0.03);
  });

  test.each([
    ['numbered names', (at: number) => `SYM${at}-USDT`],
    ['options', (at: number) => `BTC-${20_000 + (at % 2_000) * 50}-${at % 2 ? 'C' : 'P'}-${at}`],
    ['single letters up', (at: number) => 'A'.repeat(at % 50) + at.toString(36)],
  ])('spreads %s evenly over 64 partitions', (_, name) => {
    const cells = new Float64Array(64);
    for (let at = 0; at < 50_000; at++) {
      const hash = hashText(name(at));
      let best = 0;
      for (let index = 1; index < 64; index++) {
        if (preference(hash, index) > preference(hash, best)) best = index;
      }
      cells[best] = (cells[best] as number) + 1;
    }
    expect(chiSquare(cells)).toBeLessThan(CHI_SQUARE_63_MAX);
  });
});
