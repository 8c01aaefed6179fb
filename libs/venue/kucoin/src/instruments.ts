/** GET /api/v2/symbols (and v1, which has the same fields) to directory entries. */
import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm, parseDecimal } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { KucoinSessionError } from './errors.ts';
import { VENDOR } from './vendor.ts';

export interface InstrumentList {
  readonly entries: ReadonlyMap<string, NewDirectoryEntry>;
  /** Rows that lack a field or hold nonsense: not usable, named for the log. */
  readonly skipped: readonly string[];
}

/**
 * Reads the vendor's list. The exponents are those of `priceIncrement` and `baseIncrement`; a
 * message with more digits gets a finer, superseding entry later.
 * @throws KucoinSessionError `BAD_ANSWER` when the body is not such a list.
 * @see https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-all-symbols
 */
export function readInstruments(body: Uint8Array): InstrumentList {
  const rows = readRows(body);
  const entries = new Map<string, NewDirectoryEntry>();
  const skipped: string[] = [];
  for (const row of rows) {
    const entry = entryOf(row);
    if (typeof entry === 'string') skipped.push(entry);
    else entries.set(entry.symbol, entry);
  }
  return { entries, skipped };
}

function readRows(body: Uint8Array): unknown[] {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    const message = 'the list of symbols is not JSON';
    throw new KucoinSessionError('BAD_ANSWER', message, { cause });
  }
  const { code, data } = isRecord(answer) ? answer : {};
  if (code !== '200000' || !Array.isArray(data)) {
    const said = typeof code === 'string' ? ` (code ${code.slice(0, 20)})` : '';
    throw new KucoinSessionError('BAD_ANSWER', `the vendor gave no list of symbols${said}`);
  }
  return data;
}

function entryOf(row: unknown): NewDirectoryEntry | string {
  if (!isRecord(row)) return 'a row that is no object';
  const { symbol, baseCurrency, quoteCurrency, priceIncrement, baseIncrement } = row;
  if (typeof symbol !== 'string' || symbol === '' || symbol.length > 80) return 'a row unnamed';
  if (typeof priceIncrement !== 'string' || typeof baseIncrement !== 'string') return symbol;
  const base = typeof baseCurrency === 'string' ? baseCurrency : '';
  const quote = typeof quoteCurrency === 'string' ? quoteCurrency : '';
  const canonicalSymbol = base !== '' && quote !== '' ? `${base}/${quote}` : '';
  try {
    const price = step(priceIncrement);
    const size = step(baseIncrement);
    return {
      vendor: VENDOR,
      venue: 'KUCOIN',
      symbol,
      canonicalSymbol: canonicalSymbol.length <= 80 ? canonicalSymbol : '',
      assetClass: AssetClass.Spot,
      currency: quote.length <= 8 ? quote : '',
      priceExp: price.exponent,
      sizeExp: size.exponent,
      markExp: price.exponent,
      textForm: TextForm.Stripped,
      tickSize: price.mantissa,
      lotSize: size.mantissa,
      multiplierE9: ABSENT,
      expirySec: ABSENT,
      supersedes: SUPERSEDES_NONE,
    };
  } catch {
    return symbol;
  }
}

/** An increment as mantissa and an exponent of 0 … −18. */
function step(text: string): { mantissa: number; exponent: number } {
  const value = parseDecimal(text);
  if (value.mantissa <= 0 || value.exponent < -18) throw new RangeError(text);
  if (value.exponent <= 0) return value;
  return { mantissa: value.mantissa * 10 ** value.exponent, exponent: 0 };
}

/** Up to three symbols that look like `wanted`, for an error that helps. */
export function nearSymbols(wanted: string, known: Iterable<string>): string[] {
  const target = plain(wanted);
  return [...known]
    .map((symbol) => ({ symbol, distance: editDistance(target, plain(symbol)) }))
    .filter(({ distance }) => distance <= 3)
    .sort((a, b) => a.distance - b.distance || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, 3)
    .map(({ symbol }) => symbol);
}

const plain = (symbol: string): string =>
  symbol
    .slice(0, 40)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 4;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const swap = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 4;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
