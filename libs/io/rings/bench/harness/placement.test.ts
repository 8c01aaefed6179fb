import { describe, expect, test } from 'vitest';
import { parseCoreList } from './placement.ts';

describe('the list of cores that may be used', () => {
  test.each([
    ['0-3', [0, 1, 2, 3]],
    ['0,2', [0, 2]],
    ['1-2,5,8-9', [1, 2, 5, 8, 9]],
    ['7', [7]],
    ['', []],
  ])('%j', (text, cores) => {
    expect(parseCoreList(text)).toEqual(cores);
  });
});
