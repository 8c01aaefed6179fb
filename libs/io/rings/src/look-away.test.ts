import { RUN_TICKS_MAX } from '@tickwire/ipc-ring';
import { beforeEach, describe, expect, test } from 'vitest';
import { LookAway } from './look-away.ts';
import type { RingRun } from './ring-run.ts';

const runOf = (count: number): RingRun => ({ count }) as RingRun;

describe('a reader that finds ticks at each look', () => {
  let pauses: number;
  let lookAway: LookAway;
  beforeEach(() => {
    pauses = 0;
    lookAway = new LookAway(() => pauses++);
  });
  const after = (run: RingRun): number => {
    const before = pauses;
    lookAway.after(run);
    return pauses - before;
  };

  test('looks away twice as long each time, to a bound', () => {
    const few = runOf(1);
    const lengths = Array.from({ length: 12 }, () => after(few));
    expect(lengths).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 64, 64, 64, 64]);
  });

  test('and less again when looks are worth it', () => {
    const run = { count: 1 };
    for (let look = 0; look < 12; look++) after(run as RingRun);
    run.count = RUN_TICKS_MAX;
    for (let look = 0; look < 4; look++) expect(after(run as RingRun)).toBe(0);
    run.count = 1;
    expect(after(run as RingRun)).toBe(4);
  });

  test('does not when it found nothing in between, or reads another ring', () => {
    const [one, other] = [runOf(1), runOf(1)];
    for (let look = 0; look < 20; look++) {
      expect(after(one)).toBe(0);
      lookAway.reset();
    }
    for (let look = 0; look < 20; look++) expect(after(look % 2 === 0 ? one : other)).toBe(0);
  });
});
