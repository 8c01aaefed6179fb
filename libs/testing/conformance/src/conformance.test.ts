// Goal: the suite can pass, and it can fail. Method: a tiny vendor over TCP passes all of it; with
// one mistake at a time it fails exactly the test that is for that mistake.
import { testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { lineVendor } from '../test/line-description.ts';
import type { LineBug } from '../test/line-bug.ts';
import { descriptionMistakes } from './check-description.ts';
import { runConformanceTest } from './conformance-test.ts';
import { CONFORMANCE_TESTS } from './conformance-tests.ts';

const IDS = CONFORMANCE_TESTS.map(({ id }) => id);
const SUITE_MS = 150_000;
const AT_ONCE = 3;

/** Ids of the tests that the vendor fails, and why. */
async function failures(bug: LineBug): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  const seed = testSeed();
  const vendor = lineVendor(bug);
  const waiting = [...CONFORMANCE_TESTS];
  const worker = async (): Promise<void> => {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
      try {
        await runConformanceTest(each, vendor, seed);
      } catch (error) {
        failed[each.id] = error instanceof Error ? error.message : String(error);
      }
    }
  };
  // They mostly wait, each for something else.
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed;
}

describe('the conformance suite', () => {
  test('a vendor without mistakes passes all of it', { timeout: SUITE_MS }, async () => {
    expect(descriptionMistakes(lineVendor('none'), IDS)).toEqual([]);
    expect(await failures('none')).toEqual({});
  });

  test.each<[LineBug, string]>([
    ['silent-gap', 'gap'],
    ['rounds-digits', 'finer-digits'],
    ['forgets-symbol', 'reconnect'],
    ['deaf', 'half-open'],
    ['one-reason', 'hostile-input'],
  ])(
    'a vendor with the mistake "%s" fails the test "%s" alone',
    { timeout: SUITE_MS },
    async (bug, id) => {
      const failed = await failures(bug);
      expect(Object.keys(failed), JSON.stringify(failed, undefined, 2)).toEqual([id]);
    },
  );
});

describe('a description that lacks something', () => {
  const whole = lineVendor('none');

  test.each<[string, object, string]>([
    ['a name', { service: '' }, 'has no service: a text is needed'],
    ['its symbols', { symbols: ['AAA'] }, 'names fewer than 3 symbols'],
    ['a limit', { limits: { topicsPerMessage: 8 } }, 'has no limits.connects'],
    ['a fault', { faults: { ...whole.faults, gaps: '' } }, 'has no faults.gaps: the test "gap"'],
    ['a hostile kind', { notApplicable: {} }, 'no hostile message of the kind "unknown-field"'],
    [
      'enough symbols',
      { manySymbols: ['AAA'] },
      'too few manySymbols: all of them fit one message',
    ],
    ['a reason', { notApplicable: { gap: ' ' } }, 'says that "gap" does not apply, and not why'],
    ['a test', { notApplicable: { gpa: 'x' } }, 'gives a reason for "gpa", which is no test'],
    ['a function', { gateway: undefined }, 'has no gateway: a function is needed'],
  ])('is told so in a sentence: %s', (_, part, sentence) => {
    const mistakes = descriptionMistakes(Object.assign({ ...whole }, part), IDS);
    expect(mistakes.join('\n')).toContain(sentence);
    expect(mistakes[0]).toMatch(/^The description of line .*\.$/);
  });
});
