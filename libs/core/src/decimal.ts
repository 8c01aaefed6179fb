/**
 * Exact decimals: text ⇄ mantissa × 10^exponent. |mantissa| ≤ 2^53 − 1; nothing is rounded.
 * For directories, command lines and tests. Feeds scan their bytes themselves.
 */
import { ABSENT } from './tick-constants.ts';
import { DecimalError } from './errors.ts';

export interface Decimal {
  mantissa: number;
  exponent: number;
}

const FORM = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Reads a plain decimal (`-12.3400`, no exponent) with its own number of digits, trailing zeros
 * removed: `0.0100` → 1 × 10^−2; `1200` → 1200 × 10^0.
 * @throws DecimalError `BAD_DECIMAL` on any other form, `OUT_OF_RANGE` above 2^53 − 1.
 */
export function parseDecimal(text: string): Decimal {
  const match = FORM.exec(text);
  if (match === null) throw new DecimalError('BAD_DECIMAL', `not a decimal number: ${quote(text)}`);
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  const digits = `${match[2] ?? ''}${fraction}`.replace(/^0+(?=\d)/, '');
  const mantissa = Number(digits);
  if (digits.length > 16 || !Number.isSafeInteger(mantissa)) {
    throw new DecimalError('OUT_OF_RANGE', `more than 2^53 - 1 units: ${quote(text)}`);
  }
  const negative = match[1] === '-' && mantissa !== 0;
  return {
    mantissa: negative ? -mantissa : mantissa,
    exponent: fraction === '' ? 0 : -fraction.length,
  };
}

/**
 * The mantissa of `text` at `exponent`, exactly.
 * @throws DecimalError as `parseDecimal`; `OUT_OF_RANGE` also when it needs a finer exponent.
 */
export function mantissaAt(text: string, exponent: number): number {
  const value = parseDecimal(text);
  const shift = value.exponent - exponent;
  const mantissa = value.mantissa === 0 ? 0 : value.mantissa * 10 ** shift;
  if (shift < 0 ? value.mantissa % 10 ** -shift !== 0 : !Number.isSafeInteger(mantissa)) {
    throw new DecimalError('OUT_OF_RANGE', `${quote(text)} does not fit exponent ${exponent}`);
  }
  return shift < 0 ? value.mantissa / 10 ** -shift : mantissa;
}

/** Text of mantissa × 10^exponent without trailing zeros; `ABSENT` gives `undefined`. */
export function formatDecimal(mantissa: number, exponent: number): string | undefined {
  if (mantissa === ABSENT) return undefined;
  const padded = formatDecimalPadded(mantissa, exponent);
  return padded.includes('.') ? padded.replace(/\.?0+$/, '') : padded;
}

/** Text with exactly −exponent digits after the point. */
export function formatDecimalPadded(mantissa: number, exponent: number): string {
  const sign = mantissa < 0 ? '-' : '';
  const digits = String(Math.abs(mantissa));
  if (exponent >= 0) return sign + (mantissa === 0 ? '0' : digits + '0'.repeat(exponent));
  const wide = digits.padStart(1 - exponent, '0');
  return `${sign}${wide.slice(0, exponent)}.${wide.slice(exponent)}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
