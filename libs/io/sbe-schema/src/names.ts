// Names of the schema and what they become in code. They are made here, beside the checks, so that
// two names which would become one are refused with their lines.

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LENGTH_MAX = 128;

/** Whether SBE allows the name, and an object may have it as a key without surprise. */
export function isName(name: string): boolean {
  return IDENTIFIER.test(name) && name.length <= LENGTH_MAX && name !== '__proto__';
}

function words(name: string): string[] {
  return name.split('_').filter((word) => word !== '');
}

function upperFirst(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A capital, or a run of them that ends before the last one of a word: `MDEntry` → `mdEntry`. */
const LEADING_CAPITALS = /^[A-Z]+(?=[A-Z][a-z]|[0-9]|$)|^[A-Z]/;

/** `market_depth` → `MarketDepth`, `MDEntryPx` as it is. */
export function className(name: string): string {
  const joined = words(name).map(upperFirst).join('');
  return /^[A-Za-z]/.test(joined) ? joined : `_${joined}`;
}

/** `MDEntryPx` → `mdEntryPx`, `market_depth` → `marketDepth`, `ID` → `id`. */
export function accessorName(name: string): string {
  const joined = className(name);
  return joined.replace(LEADING_CAPITALS, (capitals) => capitals.toLowerCase());
}

/** `MDEntryPx` → `md-entry-px`. */
export function fileStem(name: string): string {
  return className(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}
