// Goal: the suite can pass, and it can fail. Method: a tiny vendor over TCP passes all of it; with
// one mistake at a time it fails the test that is for that mistake. That it fails no other:
// `npm run prove -- conformance-mistakes`.
import { describe, expect, test } from 'vitest';
import { lineVendor } from '../test/line-description.ts';
import { MISTAKES, lineFailures } from '../test/line-failures.ts';
import { descriptionMistakes } from './check-description.ts';
import { CONFORMANCE_TESTS } from './conformance-tests.ts';

const IDS = CONFORMANCE_TESTS.map(({ id }) => id);
const SUITE_MS = 150_000;

describe('the conformance suite', () => {
  test('a vendor without mistakes passes all of it', { timeout: SUITE_MS }, async () => {
    expect(descriptionMistakes(lineVendor('none'), IDS)).toEqual([]);
    expect(await lineFailures('none')).toEqual({});
  });

  test.each(MISTAKES)(
    'a vendor with the mistake "%s" fails the test "%s"',
    { timeout: SUITE_MS },
    async (bug, id) => {
      expect(Object.keys(await lineFailures(bug, [id]))).toEqual([id]);
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
