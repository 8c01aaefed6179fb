/**
 * Every service of a running system, killed with SIGKILL at random moments under load, one after
 * the other, again and again. Each is back within 3 s; the others lose nothing and keep the offered
 * rate; what a dead gateway lost is in the ledger, exactly and with its bounds; at the end every
 * hop balances and the run counts as clean.
 *
 *   npm run prove -- service-kill    settable: TICKWIRE_SEED, TICKWIRE_KILLS (20 of each service),
 *                                    TICKWIRE_RATE (5000), TICKWIRE_SERVICES (all, a,b,c)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, testSeed } from '@tickwire/testing';
import { judgeRun } from './kill-judgement.ts';
import { KillRun } from './kill-run.ts';
import type { KillOutcome } from './kill-run.ts';

const seed = testSeed();
const kills = Number(process.env.TICKWIRE_KILLS ?? 20);
const rate = Number(process.env.TICKWIRE_RATE ?? 5_000);
const dataDir = mkdtempSync(join(tmpdir(), 'tickwire-kill-'));
console.log(`service-kill: TICKWIRE_SEED=${seed}, ${kills} kills of each, ${rate} messages/s`);

const run = await KillRun.start({ dataDir, rate, seed, random: seededRandom(seed) });
const problems: string[] = [];
try {
  const wanted = process.env.TICKWIRE_SERVICES?.split(',') ?? run.services();
  const outcomes: KillOutcome[] = [];
  for (let round = 0; round < kills; round++) {
    for (const service of wanted) outcomes.push(await run.kill(service));
  }
  for (const service of wanted) {
    problems.push(
      ...tell(
        service,
        outcomes.filter((outcome) => outcome.service === service),
      ),
    );
  }
  problems.push(...(await judgeRun(await run.stop(), { dataDir, kills: outcomes })));
} finally {
  run.abandon();
  rmSync(dataDir, { recursive: true, force: true });
}
for (const problem of problems) console.log(`PROBLEM ${problem}`);
console.log(problems.length === 0 ? 'all held' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** One line of a service's kills; returns what did not hold. */
function tell(service: string, outcomes: readonly KillOutcome[]): string[] {
  const back = outcomes.map((outcome) => outcome.backMs).sort((a, b) => a - b);
  const shares = outcomes.flatMap(({ rateShare }) => rateShare ?? []).sort((a, b) => a - b);
  const median = back[Math.floor(back.length / 2)] ?? 0;
  const worst = back.at(-1) ?? 0;
  const kept =
    shares.length === 0 ? 'not judged' : `${((shares[0] ?? 0) * 100).toFixed(1)} % at the least`;
  console.log(
    `${service.padEnd(16)} ${outcomes.length} kills, back after ${Math.round(median)} ms ` +
      `(median), ${Math.round(worst)} ms (max); offered rate kept: ${kept}`,
  );
  const found: string[] = [];
  if (worst > 3_000) found.push(`${service} was back only after ${Math.round(worst)} ms`);
  if ((shares[0] ?? 1) < 0.95) found.push(`the rate fell while ${service} was down`);
  return found;
}
