import { ABSENT } from '@tickwire/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  SUM_CELLS,
  addProduct,
  subtractProduct,
  sumFromBigInt,
  sumToBigInt,
  sumToNumber,
} from './exact-sum.ts';
import { exactDecimalText, scaleTurnover } from './turnover.ts';

const seed = Number(process.env.TICKWIRE_SEED ?? 20_260_101);
const mantissa = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.constantFrom(0, 1, -1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 2 ** 52, 2 ** 36),
);

describe('exact sums of products', () => {
  test('equal the bigint sum, whatever the operands, added and taken away', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ price: mantissa, size: mantissa, add: fc.boolean() }), {
          maxLength: 40,
        }),
        (terms) => {
          const cells = new Float64Array(SUM_CELLS + 2).fill(7);
          cells.fill(0, 1, 1 + SUM_CELLS);
          let expected = 0n;
          for (const { price, size, add } of terms) {
            if (add) addProduct(cells, 1, { price, size });
            else subtractProduct(cells, 1, { price, size });
            expected += BigInt(price) * BigInt(size) * (add ? 1n : -1n);
            expect(sumToBigInt(cells, 1)).toBe(expected);
            const safe = expected >= -(2n ** 53n) + 1n && expected <= 2n ** 53n - 1n;
            expect(sumToNumber(cells, 1)).toBe(safe ? Number(expected) : undefined);
          }
          expect([cells[0], cells[1 + SUM_CELLS]]).toEqual([7, 7]);
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  test('survive a round trip through bigint', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 150n), max: 2n ** 150n }), (value) => {
        const cells = new Float64Array(SUM_CELLS);
        sumFromBigInt(cells, 0, value);
        expect(sumToBigInt(cells, 0)).toBe(value);
      }),
      { seed },
    );
  });
});

describe('the turnover of a tick', () => {
  const scaled = (value: bigint): { mantissa: number; scale: number } => {
    const cells = new Float64Array(SUM_CELLS);
    sumFromBigInt(cells, 0, value);
    const into = { mantissa: 0, scale: 0 };
    scaleTurnover(cells, 0, into);
    return into;
  };

  test.each([
    [2n ** 53n - 1n, { mantissa: 2 ** 53 - 1, scale: 0 }],
    [2n ** 53n, { mantissa: 900_719_925_474_099, scale: 1 }],
    // Ties go to the even neighbour: …09.85 and …09.75 of one size smaller.
    [10_000_000_000_000_025n, { mantissa: 1_000_000_000_000_002, scale: 1 }],
    [10_000_000_000_000_035n, { mantissa: 1_000_000_000_000_004, scale: 1 }],
    // Rounds up to 2^53, which is one too many: a digit more goes.
    [90_071_992_547_409_915n, { mantissa: 900_719_925_474_099, scale: 2 }],
    [-(10n ** 30n), { mantissa: -1_000_000_000_000_000, scale: 15 }],
    [10n ** 31n, { mantissa: ABSENT, scale: 0 }],
  ])('says %s with the smallest scale, half to even', (value, expected) => {
    expect(scaled(value)).toEqual(expected);
  });

  test('is within half a unit of the exact sum and never smaller in scale than needed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (value) => {
        const { mantissa: got, scale } = scaled(value);
        const unit = 10n ** BigInt(scale);
        const error = value - BigInt(got) * unit;
        expect((error < 0n ? -error : error) * 2n <= unit).toBe(true);
        if (scale > 0) {
          const size = value < 0n ? -value : value;
          expect((size * 10n + 5n) / unit).toBeGreaterThan(2n ** 53n - 1n);
        }
      }),
      { seed, numRuns: 500 },
    );
  });

  test.each([
    [12_345n, -2, '123.45'],
    [-5n, -3, '-0.005'],
    [1200n, -2, '12'],
    [7n, 3, '7000'],
    [0n, -8, '0'],
    [123_456_789_012_345_678_901_234n, -10, '12345678901234.5678901234'],
  ])('has exact text: %s × 10^%s', (value, exponent, text) => {
    expect(exactDecimalText(value, exponent)).toBe(text);
  });
});
