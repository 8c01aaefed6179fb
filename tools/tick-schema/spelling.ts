/** Names of the schema in the ways of the languages that are made from it. */

/** `tsEvent` → `ts_event`, `QuoteExt` → `quote_ext`, `coverageE4` → `coverage_e4`. */
export const snakeCase = (name: string): string =>
  name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** `QuoteExt` → `QUOTE_EXT`. */
export const upperCase = (name: string): string => snakeCase(name).toUpperCase();

/** `turnoverScaleMask` → `TurnoverScaleMask`. */
export const pascalCase = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** `0x0001`, with as many digits as the type has. */
export const hex = (value: number, digits: number): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;
