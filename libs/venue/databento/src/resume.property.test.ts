// Goal: the oracle of the long proof finds what it is there to find.
// Method: the proof in small; then a gateway that sends again, or leaves out, what a session that
// goes by another promise cannot see.
import { seededRandom, testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { FAULTS, ResumeRun } from '../test/resume-run.ts';

async function begun(seed: number, sequences?: 'unknown'): Promise<ResumeRun> {
  const run = new ResumeRun(seededRandom(seed), sequences);
  await run.begin();
  return run;
}

test('one fault of each kind: once, in order, or in the ledger', async () => {
  const seed = testSeed();
  const run = await begun(seed);
  for (const fault of FAULTS) await run.suffer(fault);
  await run.pass(1_000);
  run.end();
  expect(run.check.faults, `seed ${seed}`).toEqual([]);
  expect(run.check.declared.toSorted(), `seed ${seed}`).toEqual(run.check.lost.toSorted());
}, 30_000);

test('records that come again where no replay explains them show', async () => {
  const run = await begun(testSeed());
  run.gateway.repeat(run.gateway.leader!, 200);
  await run.pass(50);
  expect(run.check.faults).not.toEqual([]);
  run.session.close();
});

test('records that are left out where sequences prove nothing show', async () => {
  const run = await begun(testSeed(), 'unknown');
  run.gateway.leader!.at += 400;
  await run.pass(50);
  expect(run.check.lost).not.toEqual([]);
  expect(run.check.declared).toEqual([]);
  run.session.close();
});
