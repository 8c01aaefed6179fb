/**
 * The conformance suite on the tiny line vendor with one mistake at a time: each mistake has to
 * fail the test that is for it, and no other. `npm test` runs only that one test of each.
 *
 *   npm run prove -- conformance-mistakes     seed: TICKWIRE_SEED
 */
import { MISTAKES, lineFailures } from '../test/line-failures.ts';

let failed = false;
for (const [bug, id] of MISTAKES) {
  const failures = await lineFailures(bug);
  const ids = Object.keys(failures);
  const held = ids.length === 1 && ids[0] === id;
  failed ||= !held;
  process.stdout.write(`${held ? 'held' : 'FAILED'} ${bug} fails ${ids.join(', ') || 'nothing'}\n`);
  if (!held) process.stdout.write(`${JSON.stringify(failures, undefined, 2)}\n`);
}
process.exitCode = failed ? 1 : 0;
