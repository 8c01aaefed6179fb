/** Names of kinds and flags as people read them. The values are those of the schema. */
import { TickFlag, TickKind } from './layout.generated.ts';

export { Action, BarFlag, Side, TickFlag, TickKind } from './layout.generated.ts';

const NAMES = new Map<number, string>(
  Object.entries(TickKind).map(([name, value]) => [
    value,
    name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  ]),
);

/** `TRADE`, `QUOTE_EXT`, …; `UNKNOWN(n)` for a number that is no kind. */
export const tickKindName = (kind: number): string => NAMES.get(kind) ?? `UNKNOWN(${kind})`;

/** The kind of a name as `tickKindName` writes it, in any case. */
export function tickKindOf(name: string): TickKind | undefined {
  const wanted = name.toUpperCase().replaceAll('-', '_');
  return Object.values(TickKind).find((kind) => NAMES.get(kind) === wanted);
}

/** Names of the bits set in `flags`: `['LAST', 'SNAPSHOT']`. */
export function tickFlagNames(flags: number): string[] {
  return Object.entries(TickFlag)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
}
