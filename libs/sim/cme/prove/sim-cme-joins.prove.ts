/**
 * 1,000 readers that come late at random times: each takes a round of both snapshot feeds, and its
 * books by level and by order equal the exchange's at every packet behind.
 *
 *   npm run prove -- sim-cme-joins     seed: TICKWIRE_SEED
 */
import { testSeed } from '@tickwire/testing';
import { joinLate } from '../test/late-joins.ts';

const JOINS = 1_000;
const PASSES = 10;

const seed = testSeed();
let [joins, compared, unsettled] = [0, 0, 0];
const wrong: string[] = [];
for (let pass = 0; pass < PASSES; pass += 1) {
  const result = joinLate({
    ...{ seed: `${seed}/${pass}`, joins: JOINS / PASSES, instruments: 40, runMs: 4_000 },
    comparedPackets: 40,
  });
  joins += result.joins;
  compared += result.compared;
  unsettled += result.unsettled;
  wrong.push(...result.wrong);
}
console.log(
  `seed ${seed}: ${joins} joins, ${compared.toLocaleString('en')} books compared, ` +
    `${wrong.length} wrong, ${unsettled.toLocaleString('en')} left out within an event`,
);
for (const line of wrong.slice(0, 10)) console.log(line);
process.exitCode = wrong.length === 0 && joins === JOINS ? 0 : 1;
