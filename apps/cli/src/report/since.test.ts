import { expect, test } from 'vitest';
import { sinceMs } from './since.ts';

const NOW = Date.UTC(2026, 0, 31, 12);

test.each([
  ['90s', NOW - 90_000],
  ['15m', NOW - 900_000],
  ['1.5h', NOW - 5_400_000],
  ['7d', NOW - 604_800_000],
  ['2026-01-31T08:00Z', Date.UTC(2026, 0, 31, 8)],
  ['2026-01-31T08:00:30.5+02:00', Date.UTC(2026, 0, 31, 6, 0, 30, 500)],
  ['2026-01-30', Date.UTC(2026, 0, 30)],
])('%s is understood', (text, ms) => {
  expect(sinceMs(text, NOW)).toBe(ms);
});

test.each(['', 'yesterday', '5', '5w', '-5m', '2026-13-01', '2026-01-31 08:00', '99999999d'])(
  '%j is refused',
  (text) => {
    expect(() => sinceMs(text, NOW)).toThrow('Use a duration');
  },
);

test.each(['2027-01-01', '0s'])('%s is not in the past', (text) => {
  expect(() => sinceMs(text, NOW)).toThrow('Use a time that has passed');
});
