/**
 * Decimal text of an integer count of increments, without floating point.
 *
 * An increment such as `"0.0005"` is mantissa 5 with 4 decimals; 3 of them are `"0.0015"`.
 * Results carry no exponent, no sign and no trailing zeros, as the vendor writes them.
 */
export interface Increment {
  /** The increment itself, as the vendor's symbol list states it. */
  readonly text: string;
  readonly mantissa: number;
  readonly decimals: number;
}

/** Reads an increment from its own text; `text` is a positive plain decimal. */
export function increment(text: string): Increment {
  const point = text.indexOf('.');
  const decimals = point < 0 ? 0 : text.length - point - 1;
  return { text, mantissa: Number(text.replace('.', '')), decimals };
}

/**
 * The text of `count` increments. `count × mantissa` must be an integer in 0 … 2^53 − 1;
 * every price and size the markets make is.
 */
export function decimalText(count: number, unit: Increment): string {
  const digits = String(count * unit.mantissa);
  const { decimals } = unit;
  if (decimals === 0) return digits;
  const padded = digits.length > decimals ? digits : digits.padStart(decimals + 1, '0');
  const point = padded.length - decimals;
  let end = padded.length;
  while (end > point && padded.charCodeAt(end - 1) === 48) end -= 1;
  if (end === point) return padded.slice(0, point);
  return `${padded.slice(0, point)}.${padded.slice(point, end)}`;
}
