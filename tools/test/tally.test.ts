import { describe, expect, test } from 'vitest';
import { isOnCapturedData, summaryLines, tally } from './tally.ts';
import type { TestOutcome } from './tally.ts';

function outcome(name: string, state: TestOutcome['state'], note = ''): TestOutcome {
  return { name, file: 'libs/a/src/a.test.ts', state, note };
}

describe('tally', () => {
  test('counts each step as a test', () => {
    const result = tally(
      [
        { name: 'format', ok: true },
        { name: 'types', ok: false },
      ],
      [outcome('a', 'passed'), outcome('b', 'failed')],
    );
    expect(summaryLines(result, []).at(-1)).toBe('2 passed, 2 failed');
  });

  test('names every skip with its reason and counts it in the last line', () => {
    const result = tally([], [outcome('a', 'passed'), outcome('b', 'skipped', 'no nats-server')]);
    expect(summaryLines(result, ['SKIPPED: b: x is missing; install x'])).toEqual([
      'skipped: libs/a/src/a.test.ts: b (no nats-server)',
      'SKIPPED: b: x is missing; install x',
      '1 passed, 0 failed, 1 skipped',
    ]);
  });

  test('counts tests on real recordings on a line of their own, skips loudly', () => {
    const result = tally(
      [],
      [
        outcome('captured data: books', 'passed'),
        outcome('Captured data: tickers', 'skipped'),
        outcome('a book', 'passed'),
      ],
    );
    expect(summaryLines(result, []).slice(-2)).toEqual([
      'captured data: 1 passed, 1 SKIPPED',
      '2 passed, 0 failed, 1 skipped',
    ]);
  });

  test('takes the tests of tools on recordings for what they are, its own for none', () => {
    const skipped = outcome('captured schemas and packets > agree', 'skipped');
    const inFolder = (file: string): boolean => isOnCapturedData({ ...skipped, file });
    expect(inFolder('tools/sbe-codegen/captured-packets.test.ts')).toBe(true);
    expect(inFolder('tools/test/tally.test.ts')).toBe(false);
  });
});
