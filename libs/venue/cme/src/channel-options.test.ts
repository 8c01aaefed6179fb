// Goal: a limit that cannot be is named before anything begins. Method: one bad limit at a time.
import { describe, expect, test } from 'vitest';
import { CHANNEL_LIMITS, limitsOf } from './channel-options.ts';

describe('limits of a channel', () => {
  test('are the default ones where none are given', () => {
    expect(limitsOf({ holeMs: 5 })).toEqual({ ...CHANNEL_LIMITS, holeMs: 5 });
  });

  test.each([
    { queueBytes: 1 },
    { replayPacketsMax: 2_001 },
    { replaysPerMinute: 0 },
    { holeMs: 1.5 },
    { numberingMs: NaN },
  ])('are refused by name: %o', (bad) => {
    const name = Object.keys(bad)[0]!;
    expect(() => limitsOf(bad)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining(name) }),
    );
  });
});
