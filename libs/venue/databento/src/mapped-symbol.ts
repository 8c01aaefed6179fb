import type { SymbolMappingRecord } from '@tickwire/wire-dbn';

/**
 * What a mapping calls its instrument. Asked for by a symbol of the venue, what comes out is the id
 * itself: then it is the symbol that was asked for.
 */
export function mappedSymbol({ stypeOutSymbol, stypeInSymbol }: SymbolMappingRecord): string {
  const isId = stypeOutSymbol === '' || /^\d+$/.test(stypeOutSymbol);
  return isId ? stypeInSymbol : stypeOutSymbol;
}
