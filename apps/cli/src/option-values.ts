/** Parsers of option values: each turns a text into a value or into a usage error. */
import { InvalidArgumentError } from 'commander';

/** A whole number within a range. */
export function wholeNumber(range: { min: number; max: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < range.min || value > range.max) {
      throw new InvalidArgumentError(`Use a whole number from ${range.min} to ${range.max}.`);
    }
    return value;
  };
}

/** Seconds, fractions allowed, above 0 and at most 31 days: timers hold no more. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > 2_678_400) {
    throw new InvalidArgumentError('Use seconds, above 0 and up to 2678400 (31 days).');
  }
  return value;
}

/** `a,b` and repeated options alike: a list without empty items or repeats. */
export function list(text: string, before: readonly string[] | undefined): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new InvalidArgumentError('Use names separated by commas.');
  return [...new Set([...(before ?? []), ...items])];
}
