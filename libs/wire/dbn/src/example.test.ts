// Goal: the examples of the README work as they say. Method: one reads what the other writes; their
// texts beside the page's.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LastPrices } from '../example/last-prices.ts';
import { writeQuotes } from '../example/write-quotes.ts';
import { DbnEncoder } from './dbn-encoder.ts';
import { RType } from './enums.ts';
import { SymbolMappingRecord } from './generated/records.ts';

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Code without its imports, which say where it lies here. */
const bodyOf = (code: string): string => code.slice(code.indexOf('/**')).trim();

describe('the examples', () => {
  test.each(['last-prices', 'write-quotes'])('%s is the one that the README shows', (name) => {
    expect(textOf('../README.md')).toContain(bodyOf(textOf(`../example/${name}.ts`)));
  });

  test('write quotes, and read them by symbol', () => {
    const written = writeQuotes(new Uint8Array(1_000), [231_000_000_000, 231_010_000_000]);
    const buffer = new Uint8Array(200);
    const mappings = new DbnEncoder(buffer);
    const mapping = new SymbolMappingRecord();
    mappings.begin(mapping, RType.SymbolMapping);
    mapping.setInstrumentId(6819).setStypeInSymbol('MSFT').setStypeOutSymbol('6819');
    const prices = new LastPrices((error) => {
      throw error;
    });
    const quotesAt = written.length - 2 * 80;
    prices.take(written.subarray(0, quotesAt));
    prices.take(mappings.written);
    prices.take(written.subarray(quotesAt, quotesAt + 100));
    expect([...prices.bids]).toEqual([['MSFT', 231_000_000_000]]);
    prices.take(written.subarray(quotesAt + 100));
    expect([...prices.bids]).toEqual([['MSFT', 231_010_000_000]]);
  });

  test('write as many records as there is room for', () => {
    const head = writeQuotes(new Uint8Array(1_000), []).length;
    expect(writeQuotes(new Uint8Array(head + 170), [1, 2, 3])).toHaveLength(head + 160);
  });
});
