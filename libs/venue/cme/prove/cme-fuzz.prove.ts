/**
 * A million damaged packets of all feeds, given to one channel: nothing throws, memory stays, each
 * is counted by reason or taken for what it says, and the next good packet is read.
 *
 *   npm run prove -- cme-fuzz     seed: TICKWIRE_SEED
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { testSeed } from '@tickwire/testing';
import { RECOVERY_FEEDS } from '../src/index.ts';
import { ChannelWorld } from '../test/channel-world.ts';
import { Mutator } from '../test/mutator.ts';
import { plainRandom } from '../test/plain-random.ts';

const PACKETS = 1_000_000;
const GOOD_EVERY = 1_000;
const GROWTH_MIB_MAX = 16;
const SLOWEST_MS_MAX = 10;
const MIB = 2 ** 20;

const seed = testSeed();
console.log(`seed ${seed}, ${PACKETS.toLocaleString('en')} damaged packets`);
const random = plainRandom(seed);
// Definitions with a damaged SecurityID are new instruments: their number has a bound.
const limits = { instrumentsMax: 64, queueBytes: MIB };
const world = new ChannelWorld({ random, markets: 8, hasOrders: true, limits });
world.steps(200);
const mutator = new Mutator(world.exchange, random);
warmUp();
const before = memoryInUse();
let slowestMs = 0;
let good = 0;
let goodRead = 0;
for (let at = 1; at <= PACKETS; at++) {
  const give = nextPacket();
  let tookMs = cpuMs(give);
  // A collection of garbage, or others on this machine: what a packet takes, it takes again.
  for (let again = 0; again < 3 && tookMs > SLOWEST_MS_MAX; again++) tookMs = cpuMs(give);
  slowestMs = Math.max(slowestMs, tookMs);
  if (at % GOOD_EVERY === 0) giveGood();
}
const growthMiB = (memoryInUse() - before) / MIB;
const counted = ['damaged:TRUNCATED', 'damaged:BAD_SIZE', 'damaged:BLOCK_PAST_END']
  .concat(['damaged:BLOCK_TOO_SHORT', 'damaged:GROUP_PAST_END', 'damaged:WRONG_SCHEMA'])
  .concat(['damaged:EMPTY_ENTRIES', 'damaged:BAD_MESSAGE', 'unknownTemplate', 'ignored'])
  .concat(['shortPackets', 'stragglers', 'doubtful', 'undefinedEntries', 'outOfRange', 'gaps']);
console.log(counted.map((name) => `${name} ${world.count(name)}`).join(', '));
console.log(
  `good packets read ${goodRead} of ${good}, slowest packet ${slowestMs.toFixed(2)} ms, ` +
    `memory ${growthMiB.toFixed(1)} MiB more`,
);
const isProven =
  goodRead === good &&
  world.count('damaged:BAD_MESSAGE') === 0 &&
  growthMiB <= GROWTH_MIB_MAX &&
  slowestMs <= SLOWEST_MS_MAX;
console.log(isProven ? 'proven' : 'NOT PROVEN');
process.exitCode = isProven ? 0 : 1;

/** What is still referred to. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function cpuMs(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e3;
}

function warmUp(): void {
  for (let at = 0; at < 50_000; at++) nextPacket()();
}

/** Makes a damaged packet; the result gives it to the channel. */
function nextPacket(): () => void {
  world.nowNs += 10_000;
  const dice = random();
  if (dice >= 0.8 && dice < 0.9) {
    const feed = RECOVERY_FEEDS[Math.floor(random() * RECOVERY_FEEDS.length)]!;
    const bytes = mutator.loop(feed);
    return () => given(() => world.giveRecovery(feed, bytes));
  }
  const packet = mutator.incremental();
  if (dice >= 0.9) return () => given(() => world.giveReplayed(packet));
  return () => given(() => world.give(dice < 0.4 ? 0 : 1, packet));
}

function given(give: () => void): void {
  give();
  if (world.nowNs >= world.channel.nextDueNs) world.channel.poll(world.nowNs);
}

/** The next packet of the exchange, undamaged. */
function giveGood(): void {
  // What the reader of the test keeps is not the channel's.
  for (const list of [world.reader.gaps, world.requests, world.joins]) list.length = 0;
  // Damaged sequences and times may have led the channel anywhere: it goes on where that is.
  world.nowNs += 11_000e6;
  const sequence = world.channel.status().nextSequence ?? 1;
  const accepted = world.count('accepted');
  const packet = mutator.good(sequence, world.nowNs);
  world.give(0, packet);
  good += 1;
  if (world.count('accepted') > accepted) goodRead += 1;
}
