import { testSeed } from '@tickwire/testing';
import { runConformanceTest } from '../src/conformance-test.ts';
import { CONFORMANCE_TESTS } from '../src/conformance-tests.ts';
import type { LineBug } from './line-bug.ts';
import { lineVendor } from './line-description.ts';

const AT_ONCE = 3;

/** Each mistake of the line vendor, and the test that is for it. */
export const MISTAKES: readonly (readonly [LineBug, string])[] = [
  ['silent-gap', 'gap'],
  ['rounds-digits', 'finer-digits'],
  ['forgets-symbol', 'reconnect'],
  ['deaf', 'half-open'],
  ['one-reason', 'hostile-input'],
];

/** Ids of the tests that the vendor with a mistake fails, and why. */
export async function lineFailures(
  bug: LineBug,
  ids: readonly string[] = CONFORMANCE_TESTS.map(({ id }) => id),
): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  const seed = testSeed();
  const vendor = lineVendor(bug);
  const waiting = CONFORMANCE_TESTS.filter(({ id }) => ids.includes(id));
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
