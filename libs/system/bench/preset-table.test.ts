import { describe, expect, test } from 'vitest';
import { judgePresets, medianOf, presetTable } from './preset-table.ts';
import type { PresetFigures } from './preset-table.ts';

const MIB = 2 ** 20;
const figures: readonly PresetFigures[] = [
  {
    ...{ preset: 'max-throughput', ticksPerSecond: [9e6, 8e6, 7e6], p50Ns: [50_000] },
    ...{ p99Ns: [90_000], symbols: 10_000, bytes: 25 * MIB },
  },
  {
    ...{ preset: 'min-latency', ticksPerSecond: [5e6], p50Ns: [900, 1_100] },
    ...{ p99Ns: [4_000], symbols: 20_000, bytes: 16 * MIB },
  },
  {
    ...{ preset: 'max-symbols', ticksPerSecond: [6e6], p50Ns: [60_000] },
    ...{ p99Ns: [95_000], symbols: 65_536, bytes: 40 * MIB },
  },
];

describe('the table of presets', () => {
  test('shows medians of each preset on each axis', () => {
    const rows = presetTable(figures).split('\n');
    expect(rows).toHaveLength(5);
    expect(rows[2]).toBe('| `max-throughput` | 8.00 M | 50.00 / 90.00 µs | 10000 (25.0) |');
    expect(rows[3]).toBe('| `min-latency` | 5.00 M | 1.00 / 4.00 µs | 20000 (8.0) |');
  });

  test('holds when each preset is best on its own axis, and only then', () => {
    expect(judgePresets(figures).map(({ held }) => held)).toEqual([true, true, true]);
    const worse = figures.map((one) =>
      one.preset === 'max-symbols' ? { ...one, symbols: 20_000, p50Ns: [1_000] } : one,
    );
    expect(judgePresets(worse).map(({ held }) => held)).toEqual([true, false, false]);
  });

  test('a preset without figures is an error', () => {
    expect(() => judgePresets(figures.slice(1))).toThrow(RangeError);
    expect(() => medianOf([])).toThrow(RangeError);
  });
});
