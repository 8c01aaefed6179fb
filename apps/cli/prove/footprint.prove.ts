/**
 * What a system takes while nothing happens, and at the demo's rate: all of its processes together,
 * the supervisor and the bus included.
 *
 *   npm run prove -- footprint    TICKWIRE_SECONDS (default 20 of each) is settable
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startMeasuredRun, tellUse } from './measured-run.ts';

const seconds = Number(process.env.TICKWIRE_SECONDS ?? 20);
const WARM_UP_MS = 5_000;
const CASES = [
  { name: 'silent market', args: ['--rate', '0'], cpuShareMax: 0.1 },
  { name: 'default rate', args: [], cpuShareMax: Number.POSITIVE_INFINITY },
];
const PSS_BYTES_MAX = 1.2 * 1024 ** 3;

let failed = 0;
for (const { name, args, cpuShareMax } of CASES) {
  const run = await startMeasuredRun([...args, '--seed', '1']);
  await delay(WARM_UP_MS);
  const before = run.processes();
  const startMs = performance.now();
  await delay(seconds * 1_000);
  const after = run.processes();
  console.log(`${name}, over ${seconds} s:`);
  const use = tellUse(before, after, (performance.now() - startMs) / 1_000);
  const { exitCode, said } = await run.stop();
  const isGood = use.cpuShare <= cpuShareMax && use.pssBytes <= PSS_BYTES_MAX && exitCode === 0;
  if (!isGood) {
    failed += 1;
    console.log(
      `PROBLEM ${name}: more than allowed, or exit code ${exitCode}: ${said.slice(-500)}`,
    );
  }
}
process.exitCode = failed === 0 ? 0 : 1;
