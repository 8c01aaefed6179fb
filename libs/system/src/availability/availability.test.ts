import { StreamReason, StreamState } from '@tickwire/core';
import { describe, expect, test } from 'vitest';
import { MINUTE_US, countMinutes } from './availability.ts';
import type { StreamStatement, WideStatement } from './stream-verdicts.ts';

const S = 1_000_000;
const HOUR = { fromUs: 0, toUs: 60 * MINUTE_US };

function statement(position: number, atSec: number, state: number): StreamStatement {
  const previousState = StreamState.Unknown;
  return { position, atUs: atSec * S, state, previousState, reason: StreamReason.None };
}

const wide = (one: StreamStatement, reason: StreamReason): WideStatement => ({
  ...one,
  subject: 'ring',
  reason,
});

const { Live, Gap, Stale, Closed, Simulated } = StreamState;

describe('availability per stream-minute', () => {
  test('counts the minutes during all of which the stream was live', () => {
    const own = [statement(0, 0, Live), statement(5, 90, Gap), statement(9, 91, Live)];
    const counts = countMinutes([{ own, ring: { known: [HOUR], wide: [] } }], HOUR);
    expect(counts).toEqual({ whole: 60, available: 59, interrupted: 1, unknown: 0 });
  });

  test('a silent stream makes no errors and is not available', () => {
    const own = [statement(0, 0, Live), statement(5, 600, Stale)];
    const counts = countMinutes([{ own, ring: { known: [HOUR], wide: [] } }], HOUR);
    expect(counts).toMatchObject({ available: 10, interrupted: 50 });
  });

  test('minutes for which nobody speaks are not available, and counted apart', () => {
    const known = [{ fromUs: 0, toUs: 20 * MINUTE_US }];
    const own = [statement(0, 30, Live)];
    const counts = countMinutes([{ own, ring: { known, wide: [] } }], HOUR);
    expect(counts).toEqual({ whole: 60, available: 19, interrupted: 0, unknown: 41 });
    expect(countMinutes([], HOUR)).toMatchObject({ available: 0, unknown: 60 });
  });

  test('a gap counts from where it began, not from where it was noticed', () => {
    const gap = { ...statement(5, 200, Gap), fromUs: 100 * S };
    const own = [statement(0, 0, Live), gap, statement(9, 201, Live)];
    const counts = countMinutes([{ own, ring: { known: [HOUR], wide: [] } }], HOUR);
    expect(counts).toMatchObject({ available: 57, interrupted: 3 });
  });

  test('after a writer restarted a stream is available once it says so itself', () => {
    const restart = wide(statement(5, 90, Gap), StreamReason.WriterRestarted);
    const own = [statement(0, 0, Live), statement(9, 150, Simulated)];
    const history = { own, ring: { known: [HOUR], wide: [restart] } };
    expect(countMinutes([history], HOUR)).toMatchObject({ available: 58, interrupted: 2 });
    const silent = { own: own.slice(0, 1), ring: history.ring };
    expect(countMinutes([silent], HOUR)).toMatchObject({ available: 1, interrupted: 59 });
  });

  test('a step of the wall clock lifts no trouble', () => {
    const restart = wide(statement(5, 90, Gap), StreamReason.WriterRestarted);
    const step = wide(statement(6, 100, Live), StreamReason.WallClockStep);
    const own = [statement(0, 0, Live)];
    const counts = countMinutes([{ own, ring: { known: [HOUR], wide: [restart, step] } }], HOUR);
    expect(counts).toMatchObject({ available: 1, interrupted: 59 });
  });

  test('the first statement kept also says what was before it', () => {
    const own = [{ ...statement(700, 1800, Closed), previousState: Live }];
    const counts = countMinutes([{ own, ring: { known: [HOUR], wide: [] } }], HOUR);
    expect(counts).toMatchObject({ available: 30, interrupted: 30, unknown: 0 });
  });

  test('a stream that moved to another ring is one stream', () => {
    const first = {
      own: [statement(0, 0, Live)],
      ring: { known: [{ fromUs: 0, toUs: 630 * S }], wide: [] },
    };
    const second = {
      own: [statement(0, 620, Live)],
      ring: { known: [{ fromUs: 610 * S, toUs: HOUR.toUs }], wide: [] },
    };
    expect(countMinutes([first, second], HOUR)).toMatchObject({ available: 60 });
  });
});
