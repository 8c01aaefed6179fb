/**
 * A thousand channels, each joined at a random time: definitions, snapshots of levels and orders
 * while packets flow and some are lost, then live. At every LAST of a book that a reader of the
 * ticks trusts, and behind every packet, it is compared with the exchange's. A third of them read
 * slow loops, so that the queue overflows.
 *
 *   npm run prove -- cme-late-join     seed: TICKWIRE_SEED
 */
import { testSeed } from '@tickwire/testing';
import { ChannelWorld } from '../test/channel-world.ts';
import { plainRandom } from '../test/plain-random.ts';

const JOINS = 1_000;
const EVENTS_BEFORE_MAX = 200;
const STEPS_MAX = 1_000;
const STEPS_AFTER = 100;

const seed = testSeed();
console.log(`seed ${seed}, ${JOINS} late joins`);
const random = plainRandom(seed);
const sums = { compared: 0, ticks: 0, overflows: 0, gaps: 0, snapshots: 0, faults: 0, unsynced: 0 };
for (let join = 0; join < JOINS; join++) {
  const world = new ChannelWorld({
    random: plainRandom(Math.floor(random() * 2 ** 32)),
    markets: 1 + Math.floor(random() * 8),
    hasOrders: random() < 0.5,
    loopEveryMs: join % 3 === 0 ? 60 : 1,
    limits: { replay: random() < 0.5, replaysPerMinute: 600, queueBytes: 65_536 },
  });
  const before = Math.floor(random() * EVENTS_BEFORE_MAX);
  for (let event = 0; event < before; event++) world.exchange.event(0);
  const loss = random() < 0.5 ? 0 : 0.01;
  Object.assign(world.losses, { leg: random() * 0.1, both: loss, loops: random() * 0.1 });
  for (let step = 0; step < STEPS_MAX && world.state !== 'live'; step++) world.step();
  if (world.state !== 'live') sums.unsynced += 1;
  world.steps(STEPS_AFTER);
  world.settle(4 * STEPS_MAX);
  const faults = world.expectWhole();
  if (faults.length > 0) console.log(`join ${join}:`, faults.slice(0, 3));
  sums.faults += faults.length;
  sums.compared += world.reader.compared;
  sums.ticks += world.reader.ticks;
  sums.overflows += world.count('queueOverflows');
  sums.gaps += world.count('gaps');
  sums.snapshots += world.count('snapshots');
}
const { compared, ticks, overflows, gaps, snapshots, faults, unsynced } = sums;
console.log(
  `${compared.toLocaleString('en')} books compared at LAST, ${ticks.toLocaleString('en')} ticks, ` +
    `${snapshots} snapshots used, ${gaps} gaps, ${overflows} queue overflows, ` +
    `${unsynced} not live after ${STEPS_MAX} ms of packets without a pause`,
);
const isProven = faults === 0 && overflows > 0 && compared > JOINS;
console.log(isProven ? 'proven' : `NOT PROVEN: ${faults} faults`);
process.exitCode = isProven ? 0 : 1;
