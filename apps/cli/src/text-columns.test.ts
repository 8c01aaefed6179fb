import { describe, expect, test } from 'vitest';
import { paintFor, withoutColour } from './colour.ts';
import { formatBytes, formatCount, formatDuration, formatNs, formatRate } from './quantity.ts';
import { fitWidth, renderColumns, visibleWidth } from './text-columns.ts';

const paint = paintFor(true);

describe('columns of text', () => {
  test('align whatever the colours', () => {
    const lines = renderColumns(
      [{ title: 'NAME' }, { title: 'N', align: 'right' }],
      [
        [paint.good('a'), '1'],
        ['bbbbbb', paint.bad('22')],
      ],
      paint.dim,
    );
    expect(lines.map(withoutColour)).toEqual(['NAME     N', 'a        1', 'bbbbbb  22']);
  });

  test('cut a line without cutting an escape sequence', () => {
    const line = `ab${paint.good('cdef')}gh`;
    expect(withoutColour(fitWidth(line, 5))).toBe('abcd…');
    expect(fitWidth(line, 5).endsWith('\u001b[0m')).toBe(true);
    expect(fitWidth(line, 8)).toBe(line);
    expect(visibleWidth('µ…●')).toBe(3);
  });
});

describe('numbers for people', () => {
  test.each([
    [0, '0 ns'],
    [999, '999 ns'],
    [1_000, '1 µs'],
    [12_345, '12.3 µs'],
    [1_234_567, '1.23 ms'],
    [250_000_000, '250 ms'],
    [61e9, '61 s'],
  ])('%i ns is %s', (ns, text) => expect(formatNs(ns)).toBe(text));

  test.each([
    [formatCount(1234567), '1,234,567'],
    [formatCount(12), '12'],
    [formatRate(9_999), '9999'],
    [formatRate(12_345), '12.3k'],
    [formatRate(4_500_000), '4.5M'],
    [formatBytes(812), '812 B'],
    [formatBytes(3_565_158), '3.4 MiB'],
    [formatDuration(8_400), '8 s'],
    [formatDuration(200_000), '3 min 20 s'],
    [formatDuration(7_500_000), '2 h 5 min'],
  ])('%s', (actual, expected) => expect(actual).toBe(expected));
});
