import { seedFromEnvironment, testSeed } from '@tickwire/testing';
import { describe, test } from 'vitest';
import { descriptionMistakes } from './check-description.ts';
import { runConformanceTest } from './conformance-test.ts';
import { CONFORMANCE_TESTS } from './conformance-tests.ts';
import type { VendorDescription, VendorSimulator } from './vendor-description.ts';

/** Generous: it only decides how long a failure takes. */
const TEST_MS = 90_000;

/**
 * Declares the conformance tests of a vendor for vitest. The seed is printed, and taken from
 * `TICKWIRE_SEED` when it is set. A test that the description says does not apply is not declared:
 * its reason is printed.
 */
export function describeConformance<Simulator extends VendorSimulator>(
  vendor: VendorDescription<Simulator>,
): void {
  const ids = CONFORMANCE_TESTS.map(({ id }) => id);
  const seed = seedFromEnvironment() ?? testSeed();
  process.stderr.write(`conformance of ${vendor.vendor}: TICKWIRE_SEED=${seed}\n`);
  describe(`conformance of ${vendor.vendor}`, () => {
    test('describes itself completely', () => {
      const mistakes = descriptionMistakes(vendor, ids);
      if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
    });
    for (const each of CONFORMANCE_TESTS) {
      const reason = vendor.notApplicable?.[each.id];
      const title = `${each.id}: ${each.behaviour}`;
      if (reason === undefined) {
        test(title, { timeout: TEST_MS }, () => runConformanceTest(each, vendor, seed));
      } else process.stderr.write(`${title}: does not apply: ${reason}\n`);
    }
  });
}
