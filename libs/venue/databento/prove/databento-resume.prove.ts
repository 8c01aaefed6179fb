/**
 * 500 ends of connections and skips, of every kind, at 50,000 records a second of a simulated
 * clock, through the session's own protocol: each record once and in the order of its instrument,
 * or in the ledger with exactly its sequences; and how soon all is as before.
 *
 *   npm run prove -- databento-resume     seed: TICKWIRE_SEED
 */
import { seededRandom, testSeed } from '@tickwire/testing';
import { FAULTS, HEARTBEAT_MS, ResumeRun } from '../test/resume-run.ts';
import type { Fault } from '../test/resume-run.ts';

const FAULTS_TOTAL = 500;
/** Of the rest most are resets. */
const SHARES: readonly (readonly [Fault, number])[] = [
  ...([
    ['half-open', 0.06],
    ['skip', 0.15],
    ['omitted-once', 0.1],
  ] as const),
  ...([
    ['omitted-always', 0.1],
    ['restart', 0.1],
  ] as const),
];
const RECOVERED_MS_MAX: ReadonlyMap<Fault, number> = new Map([
  ['reset', 2_000],
  ['half-open', HEARTBEAT_MS + 5_000],
]);

const seed = testSeed();
const random = seededRandom(seed);
const run = new ResumeRun(random);
await run.begin();
for (let at = 0; at < FAULTS_TOTAL; at++) await run.suffer(choose());
await run.pass(3_000);
run.end();

const { check, session } = run;
const n = (count: number): string => count.toLocaleString('en');
const { received, delivered, duplicates, notHeld, stale } = session.merged;
console.log(`seed ${seed}: ${FAULTS_TOTAL} faults, ${n(check.delivered)} records delivered`);
for (const fault of FAULTS) {
  const bound = RECOVERED_MS_MAX.get(fault);
  const within = bound === undefined ? '' : `, at most ${n(bound)} ms are allowed`;
  const tookMs = run.recoveredMs.get(fault) ?? 0;
  console.log(
    `  ${fault}: ${run.happened.get(fault) ?? 0}, whole after ≤ ${n(tookMs)} ms${within}`,
  );
  if (bound !== undefined) say(tookMs <= bound, `${fault} within ${n(bound)} ms`);
}
say(check.faults.length === 0, `each once and in order ${check.faults.join('; ')}`);
const [lost, declared] = [check.lost.toSorted(), check.declared.toSorted()];
say(lost.join() === declared.join(), `lost ${lost.length} runs = in the ledger ${declared.length}`);
console.log(`  ${check.doubts} replays did not bring again what had come`);
say(lost.length > 0, 'replays that left records out were among them');
say(received === delivered + duplicates + notHeld + stale, `${n(received)} received are accounted`);

function choose(): Fault {
  let pick = random();
  for (const [fault, share] of SHARES) if ((pick -= share) < 0) return fault;
  return 'reset';
}

function say(isRight: boolean, what: string): void {
  console.log(`${isRight ? 'ok    ' : 'FAILED'} ${what}`);
  if (!isRight) process.exitCode = 1;
}
