/**
 * Two hundred connections through twenty outages, at a vendor that bans for good whoever passes
 * one of its limits. What must hold: never banned, every connection back after every outage, and
 * first attempts spread evenly over their second (full jitter).
 *
 *   npm run prove -- kucoin-reconnect-storm [--outages N]     seed: TICKWIRE_SEED
 */
import { CHI_SQUARE_19_MAX, chiSquare, seededRandom, testSeed } from '@tickwire/testing';
import { WIDER, createStorm } from '../test/storm.ts';

const BINS = 20;
const option = process.argv.indexOf('--outages');
const outages = option > 0 ? Number(process.argv[option + 1]) : 20;
const seed = testSeed();
const random = seededRandom(seed);
const failures: string[] = [];

const storm = await createStorm(WIDER, random);
for (let outage = 0; outage < outages; outage += 1) {
  storm.vendor.goDown();
  await storm.clock.advanceAsync(60_000 + Math.floor(random() * 300_000));
  storm.vendor.isDown = false;
  if (!(await storm.settle())) failures.push(`outage ${outage + 1}: not all came back in an hour`);
}
const dials = storm.value('dials');
const settled = storm.value('connects') + storm.value('reconnects') + storm.value('dialFailures');
if (dials !== settled) failures.push(`${dials} attempts, ${settled} outcomes`);
failures.push(...storm.vendor.bans.map((what) => `banned: ${what}`));

// No budget of connects between the wait that was drawn and the attempt.
const free = await createStorm({ ...WIDER, connects: { max: 1_000, windowMs: 1_000 } }, random);
const phases: number[] = [];
for (let outage = 0; outage < outages; outage += 1) phases.push(...(await free.firstAttempts()));
const spread = chiSquare(phases, BINS);
if (!(spread < CHI_SQUARE_19_MAX)) failures.push(`chi-square ${spread.toFixed(1)}: no full jitter`);
failures.push(...free.vendor.bans.map((what) => `banned: ${what}`));

console.log(`seed                    ${seed}`);
console.log(`connections, outages    ${WIDER.openMax}, ${outages}`);
console.log(`attempts                ${dials}`);
console.log(`of these refused        ${storm.value('dialFailures')}`);
console.log(`circuits opened         ${storm.value('circuitOpened')}`);
console.log(`simulated hours         ${(storm.clock.monotonicNs() / 3.6e12).toFixed(1)}`);
console.log(`bans                    ${storm.vendor.bans.length + free.vendor.bans.length}`);
console.log(
  `first attempts          ${phases.length}, chi-square ${spread.toFixed(1)} (19 degrees)`,
);
for (const failure of failures) console.error(`failed: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
