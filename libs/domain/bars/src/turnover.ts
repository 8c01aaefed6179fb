import { ABSENT } from '@tickwire/core';
import { sumToBigInt, sumToNumber } from './exact-sum.ts';

const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);
const SCALE_MAX = 15;

/** mantissa × 10^scale, in units of 10^(priceExp + sizeExp). */
export interface ScaledTurnover {
  /** Within ±(2^53 − 1), or `ABSENT` when even 10^15 is not scale enough. */
  mantissa: number;
  /** 0 = exact; else the smallest of 1 … 15 with which the mantissa fits, rounded half to even. */
  scale: number;
}

/** What a BAR_VOLUME tick can say of an exact sum. Written into `into`: allocates nothing when
 * the sum is below 2^53. */
export function scaleTurnover(cells: Float64Array, at: number, into: ScaledTurnover): void {
  const direct = sumToNumber(cells, at);
  into.scale = 0;
  if (direct !== undefined) {
    into.mantissa = direct;
    return;
  }
  const exact = sumToBigInt(cells, at);
  const magnitude = exact < 0n ? -exact : exact;
  let unit = 1n;
  for (let scale = 1; scale <= SCALE_MAX; scale++) {
    unit *= 10n;
    const rounded = divideHalfEven(magnitude, unit);
    if (rounded <= SAFE_MAX) {
      into.mantissa = Number(exact < 0n ? -rounded : rounded);
      into.scale = scale;
      return;
    }
  }
  into.mantissa = ABSENT;
}

/** Exact decimal text of value × 10^exponent, without trailing zeros. */
export function exactDecimalText(value: bigint, exponent: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString();
  if (exponent >= 0) return value === 0n ? '0' : sign + digits + '0'.repeat(exponent);
  const wide = digits.padStart(1 - exponent, '0');
  const whole = wide.slice(0, exponent);
  const fraction = wide.slice(exponent).replace(/0+$/, '');
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}

function divideHalfEven(value: bigint, unit: bigint): bigint {
  const quotient = value / unit;
  const rest = value % unit;
  const half = unit / 2n; // unit is a power of ten: even
  if (rest > half || (rest === half && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}
