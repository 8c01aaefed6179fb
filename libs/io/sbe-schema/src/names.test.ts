import { describe, expect, test } from 'vitest';
import { accessorName, className, fileStem, isName } from './names.ts';

describe('names of a schema in code', () => {
  test.each([
    ['MDEntryPx', 'mdEntryPx', 'MDEntryPx', 'md-entry-px'],
    ['TransactTime', 'transactTime', 'TransactTime', 'transact-time'],
    ['NoMDEntries', 'noMDEntries', 'NoMDEntries', 'no-md-entries'],
    ['ID', 'id', 'ID', 'id'],
    ['PRICE9', 'price9', 'PRICE9', 'price9'],
    ['market_depth', 'marketDepth', 'MarketDepth', 'market-depth'],
    ['uInt8NULL', 'uInt8NULL', 'UInt8NULL', 'u-int8-null'],
    ['a', 'a', 'A', 'a'],
    ['_private', 'private', 'Private', 'private'],
    ['_1', '_1', '_1', '_1'],
    ['_', '_', '_', '_'],
  ])('%s is %s, %s and %s', (name, accessor, inClass, stem) => {
    expect(accessorName(name)).toBe(accessor);
    expect(className(name)).toBe(inClass);
    expect(fileStem(name)).toBe(stem);
  });

  test.each(['', 'a b', '1a', 'a-b', 'ä', '__proto__', 'a$', 'x'.repeat(129)])(
    '"%s" is none',
    (name) => {
      expect(isName(name)).toBe(false);
    },
  );
});
