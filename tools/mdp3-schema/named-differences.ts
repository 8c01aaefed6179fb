/**
 * Where one schema for all versions cannot say what a single version's own schema says: names that
 * later versions changed, and what later versions gave up.
 */

/** The oldest version that the schema covers: what came before is taken as always there. */
export const OLDEST_VERSION = 5;

/** Values that had another name: by enum or set and value, the name that the version had. */
const RENAMED: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  5: {
    'MDEntryType.OpenPrice': 'OpeningPrice',
    'MDEntryType.ClearedVolume': 'TradeVolume',
    'MDEntryType.BookReset': 'EmptyBook',
    'SettlPriceType.FinalDaily': 'Final',
  },
};

/** Templates that the version does not have any more. */
const GIVEN_UP: Readonly<Record<number, readonly number[]>> = {
  9: [36],
  12: [27, 29, 32, 33, 34, 35, 36, 38, 41, 42, 43, 44],
  13: [27, 29, 32, 33, 34, 35, 36, 38, 41, 42, 43, 44],
};

/** The name that a value of ours has in a version. */
export function nameIn(version: number, type: string, name: string): string {
  return RENAMED[version]?.[`${type}.${name}`] ?? name;
}

export function isGivenUp(version: number, templateId: number): boolean {
  return GIVEN_UP[version]?.includes(templateId) ?? false;
}
