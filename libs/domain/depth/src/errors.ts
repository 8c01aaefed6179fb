import { TickwireError } from '@tickwire/core';

/** Codes: `BAD_OPTION`, `DUPLICATE_INSTRUMENT`: the message names the culprit. */
export class DepthError extends TickwireError {}

/** @throws DepthError `BAD_OPTION` unless `value` is a whole number of the range. */
export function wholeNumber(
  name: string,
  value: number,
  range: { readonly min: number; readonly max: number },
): number {
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
  throw new DepthError('BAD_OPTION', `${name}: ${value} is not a whole number in range`, {
    hint: `Use one from ${range.min} to ${range.max}`,
  });
}
