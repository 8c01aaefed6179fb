import { TickwireError } from '@tickwire/core';

/** Codes: `BAD_OPTION`: the message names it. */
export class BackpressureError extends TickwireError {}

/** @throws BackpressureError `BAD_OPTION` unless `value` is a whole number of the range. */
export function wholeNumber(
  name: string,
  value: number,
  range: { readonly min: number; readonly max: number },
): number {
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw new BackpressureError('BAD_OPTION', `${name}: ${value} is not a whole number`, {
    hint: `Use one from ${range.min} to ${range.max}`,
  });
}
