import { TickwireError } from '@tickwire/core';

/** Codes: `BAD_OPTION`: the message names it. */
export class ArbitrationError extends TickwireError {}

/** @throws ArbitrationError `BAD_OPTION` unless `value` lies in the range. */
export function inRange(
  name: string,
  value: number,
  range: { readonly min: number; readonly max: number },
): number {
  if (value >= range.min && value <= range.max) return value;
  throw new ArbitrationError('BAD_OPTION', `${name}: ${value} is out of range`, {
    hint: `Use one from ${range.min} to ${range.max}`,
  });
}

/** @throws ArbitrationError `BAD_OPTION` unless `value` is a whole number of the range. */
export function wholeInRange(
  name: string,
  value: number,
  range: { readonly min: number; readonly max: number },
): number {
  if (Number.isInteger(value)) return inRange(name, value, range);
  throw new ArbitrationError('BAD_OPTION', `${name}: ${value} is not a whole number`);
}
