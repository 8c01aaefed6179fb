// Goal: a stream that stopped is told from a quiet one. Method: the time of every message is given;
// steady streams, one that slows down, one that begins anew.
import { describe, expect, test } from 'vitest';
import { Cadence } from './cadence.ts';

const MS = 1e6;

/** Messages at an even pace; the time of the last one, ns. */
function feed(
  cadence: Cadence,
  { count, everyMs, fromNs = 0 }: { count: number; everyMs: number; fromNs?: number },
): number {
  for (let at = 1; at <= count; at++) cadence.arrived(fromNs + at * everyMs * MS);
  return fromNs + count * everyMs * MS;
}

const create = (): Cadence => new Cadence({ leastMs: 5_000, factor: 20 });

describe('cadence', () => {
  test('says nothing of a stream of which it has not seen twenty intervals', () => {
    const cadence = create();
    const lastNs = feed(cadence, { count: 20, everyMs: 10 });
    expect(cadence.isStale(lastNs + 3_600_000 * MS)).toBe(false);
    cadence.arrived(lastNs + 10 * MS);
    expect(cadence.isStale(lastNs + 3_600_000 * MS)).toBe(true);
  });

  test.each([
    ['a busy stream has the least limit', 10, 5_000],
    ['a slow one has its usual interval, times the factor', 1_000, 20_000],
  ])('%s', (_, everyMs, limitMs) => {
    const cadence = create();
    const lastNs = feed(cadence, { count: 50, everyMs });
    expect(cadence.isStale(lastNs + limitMs * MS)).toBe(false);
    expect(cadence.isStale(lastNs + (limitMs + 1) * MS)).toBe(true);
  });

  test('forgets the pace of before when a market becomes quiet', () => {
    const cadence = create();
    const busyNs = feed(cadence, { count: 500, everyMs: 10 });
    expect(cadence.isStale(busyNs + 15_000 * MS)).toBe(true);
    const quietNs = feed(cadence, { count: 200, everyMs: 1_000, fromNs: busyNs });
    expect(cadence.isStale(quietNs + 15_000 * MS)).toBe(false);
    expect(cadence.isStale(quietNs + 20_001 * MS)).toBe(true);
  });

  test('begins anew after a reset: the pause before it is no interval', () => {
    const cadence = create();
    const lastNs = feed(cadence, { count: 50, everyMs: 10 });
    cadence.reset();
    expect(cadence.isStale(lastNs + 3_600_000 * MS)).toBe(false);
    const againNs = feed(cadence, { count: 21, everyMs: 10, fromNs: lastNs + 3_600_000 * MS });
    expect(cadence.isStale(againNs + 5_001 * MS)).toBe(true);
  });
});
