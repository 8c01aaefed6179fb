import { expect, test } from 'vitest';
import { cpuList, formatCpuList } from './cpu-list.ts';

test.each([
  ['0-3,8', [0, 1, 2, 3, 8]],
  ['5', [5]],
  ['', []],
  ['3-1', []],
  ['1,x,2-,-4', [1]],
])('%j names the cores %j', (text, cores) => {
  expect([...cpuList(text)]).toEqual(cores);
});

test('a list that claims millions of cores is cut', () => {
  expect(cpuList('0-99999').size).toBeLessThan(10_000);
});

test('cores are listed in ranges', () => {
  expect(formatCpuList([0, 1, 2, 5, 7, 8])).toBe('0-2,5,7-8');
  expect(formatCpuList([])).toBe('');
});
