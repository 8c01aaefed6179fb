// Goal: a minute counts as available exactly when the stream was live in every second of it.
// Method: random statements, on whole seconds, against a naive telling of the rules that keeps one
// verdict per second and asks all statements so far each time.
import { StreamReason, StreamState } from '@tickwire/core';
import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countMinutes } from './availability.ts';
import type { MinuteCounts, StreamHistory } from './availability.ts';
import type { StreamStatement, WideStatement } from './stream-verdicts.ts';
import { uniteSpans } from './time-spans.ts';

const SECONDS = 600;
const US = 1_000_000;

type Said = WideStatement & { readonly isOwn: boolean };
type Second = 'live' | 'not-live' | 'unsaid';

const WHOLE: number[] = [StreamState.Live, StreamState.Replayed, StreamState.Simulated];

const statement = fc.record({
  isOwn: fc.boolean(),
  subject: fc.constantFrom('ring', 'channel 1', 'channel 2'),
  aheadSec: fc.integer({ min: -20, max: 120 }),
  backSec: fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined }),
  state: fc.constantFrom(...Object.values(StreamState)),
  previousState: fc.constantFrom(...Object.values(StreamState)),
  reason: fc.constantFrom(StreamReason.Started, StreamReason.WallClockStep),
});

const ring = fc.record({
  startSec: fc.integer({ min: -60, max: SECONDS }),
  statements: fc.array(statement, { maxLength: 12 }),
  known: fc.array(
    fc.tuple(fc.integer({ min: 0, max: SECONDS }), fc.integer({ max: 400, min: 1 })),
    {
      maxLength: 4,
    },
  ),
});
type Ring = typeof ring extends fc.Arbitrary<infer T> ? T : never;

function said({ startSec, statements }: Ring): Said[] {
  let atSec = startSec;
  return statements.map((step, position) => {
    atSec += step.aheadSec;
    const { isOwn, subject, state, previousState, reason, backSec } = step;
    const fromUs = backSec === undefined ? undefined : (atSec - backSec) * US;
    return { isOwn, subject, position, atUs: atSec * US, fromUs, state, previousState, reason };
  });
}

function historyOf(given: Ring): StreamHistory {
  const all = said(given);
  const own: StreamStatement[] = all.filter(({ isOwn }) => isOwn);
  const wide = all.filter(({ isOwn }) => !isOwn);
  const known = uniteSpans(
    given.known.map(([from, long]) => ({ fromUs: from * US, toUs: (from + long) * US })),
  );
  return { own, ring: { wide, known } };
}

/** What holds after the first `count` statements, by looking at all of them. */
function verdictAfter(all: readonly Said[], count: number): Second {
  const heard = all.slice(0, count);
  const own = heard.filter(({ isOwn }) => isOwn).at(-1);
  const ownState = own?.state ?? all.find(({ isOwn }) => isOwn)?.previousState ?? 0;
  const wide = heard.filter(
    (one) => !one.isOwn && one.reason !== StreamReason.WallClockStep && one.state !== 0,
  );
  for (const subject of new Set(wide.map((one) => one.subject))) {
    const newest = wide.filter((one) => one.subject === subject).at(-1)!;
    if (!WHOLE.includes(newest.state) && newest.position > (own?.position ?? -1)) return 'not-live';
  }
  if (ownState !== 0) return WHOLE.includes(ownState) ? 'live' : 'not-live';
  return wide.some(({ state }) => WHOLE.includes(state)) ? 'live' : 'unsaid';
}

function naiveSeconds(given: Ring): Second[] {
  const all = said(given);
  const seconds: Second[] = new Array<Second>(SECONDS).fill(verdictAfter(all, 0));
  let nowSec = -Infinity;
  all.forEach((one, at) => {
    if (!one.isOwn && one.reason === StreamReason.WallClockStep) return;
    nowSec = Math.max(nowSec, one.atUs / US);
    const began = WHOLE.includes(one.state) ? undefined : one.fromUs;
    const from = Math.min(nowSec, began === undefined ? nowSec : began / US);
    for (let second = Math.max(0, from); second < SECONDS; second++) {
      seconds[second] = verdictAfter(all, at + 1);
    }
  });
  const isKnown = (second: number): boolean =>
    given.known.some(([from, long]) => second >= from && second < from + long);
  return seconds.map((verdict, second) => (isKnown(second) ? verdict : 'unsaid'));
}

function naiveMinutes(rings: readonly Ring[], window: { from: number; to: number }): MinuteCounts {
  const perRing = rings.map(naiveSeconds);
  const at = (second: number): Second => {
    const here = perRing.map((seconds) => seconds[second]);
    if (here.includes('live')) return 'live';
    return here.includes('not-live') ? 'not-live' : 'unsaid';
  };
  const counts = { whole: 0, available: 0, interrupted: 0, unknown: 0 };
  for (let minute = 0; minute * 60 < SECONDS; minute++) {
    if (minute * 60 < window.from || minute * 60 + 60 > window.to) continue;
    const seconds = Array.from({ length: 60 }, (_, second) => at(minute * 60 + second));
    counts.whole++;
    if (seconds.every((second) => second === 'live')) counts.available++;
    else if (seconds.includes('not-live')) counts.interrupted++;
    else counts.unknown++;
  }
  return counts;
}

test('minutes are counted as second by second', () => {
  const seed = testSeed();
  const window = fc
    .tuple(fc.integer({ min: 0, max: SECONDS }), fc.integer({ min: 0, max: SECONDS }))
    .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
  const tally = { available: 0, interrupted: 0, unknown: 0 };
  fc.assert(
    fc.property(fc.array(ring, { minLength: 1, maxLength: 3 }), window, (rings, { from, to }) => {
      const counts = countMinutes(rings.map(historyOf), { fromUs: from * US, toUs: to * US });
      expect(counts).toEqual(naiveMinutes(rings, { from, to }));
      tally.available += counts.available;
      tally.interrupted += counts.interrupted;
      tally.unknown += counts.unknown;
    }),
    { seed, numRuns: 1_500 },
  );
  // The cases reach each answer, or the comparison says little.
  for (const [answer, minutes] of Object.entries(tally)) {
    expect(minutes, answer).toBeGreaterThan(100);
  }
});
