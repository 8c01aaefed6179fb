// Goal: the example of the README works as it says. Method: frames through it; its text beside the
// page's.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TradeReader } from '../example/trade-reader.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const TRADE = '{"ev":"T","sym":"AB","p":187.3250,"s":100}';

function tradesOf(frame: string): { trades: unknown[]; fault: string | undefined } {
  const reader = new TradeReader([
    { symbol: 'AB', priceExp: -4 },
    { symbol: 'LONGER.B', priceExp: -2 },
  ]);
  const trades: unknown[] = [];
  try {
    reader.read(encode(frame), ({ symbol }, price, size) => trades.push([symbol, price, size]));
    return { trades, fault: undefined };
  } catch (error) {
    return { trades, fault: error instanceof Error ? error.message : String(error) };
  }
}

describe('the example', () => {
  test('is the one that the README shows', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const code = readFileSync(new URL('../example/trade-reader.ts', import.meta.url), 'utf8');
    expect(readme).toContain(code.slice(code.indexOf('const FIELDS')).trim());
  });

  test('reads the trades of a frame, whatever else is in it', () => {
    const other = '{"ev":"Q","sym":"AB","bp":1,"c":[1,{"ev":"T"}]}';
    const escaped = '{"s":"7","p":"12.5","sym":"LONGER\\u002eB","ev":"T"}';
    expect(tradesOf(`[${TRADE}, ${other},${escaped}]`)).toEqual({
      trades: [
        ['AB', 1_873_250, 100],
        ['LONGER.B', 1_250, 7],
      ],
      fault: undefined,
    });
  });

  test.each([
    ['{"ev":"T","sym":"XY","p":1,"s":1}', 'BAD_FIELD: sym at offset 62'],
    ['{"ev":"T","sym":"AB","p":1.00001,"s":1}', 'OUT_OF_RANGE: p at offset 70'],
    ['{"ev":"T","sym":"AB","p":1}', 'MISSING_FIELD: s at offset 72'],
    ['{"sym":"AB"}', 'MISSING_FIELD: ev at offset 57'],
  ])('%s is refused behind the trade before it', (text, fault) => {
    const found = tradesOf(`[${TRADE},\n${text}]`);
    expect(found.trades).toHaveLength(1);
    expect(found.fault).toBe(fault);
  });
});
