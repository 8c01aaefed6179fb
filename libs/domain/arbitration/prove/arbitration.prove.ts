/**
 * Two simulated lines with faults, a million packets each run, on a simulated clock. What must hold
 * is in the lines that it prints; in every run besides: order, no packet twice, the bytes that were
 * sent, a window within its bound, and received = delivered + duplicate + late + discarded + held
 * at every 1,024th packet.
 *
 *   npm run prove -- arbitration     seed: TICKWIRE_SEED
 */
import { testSeed } from '@tickwire/testing';
import { LineSimulation } from '../test/line-simulation.ts';
import type { LineSimulationOptions } from '../test/line-simulation.ts';
import type { LegFaults } from '../test/simulated-leg.ts';

const PACKETS = 1_000_000;
const INTERVAL_US = 50;
const NOTICED_MS_MAX = 10;
const HEARTBEAT_MS = 1_000;
const WINDOW_PACKETS = 64;
const LAST_SEQUENCE = 2 ** 32 - 1;

type Run = Omit<LineSimulationOptions, 'seed' | 'packets' | 'intervalUs'>;

const seed = testSeed();
console.log(
  `seed ${seed}, ${PACKETS.toLocaleString('en')} packets a run, one in ${INTERVAL_US} µs`,
);
for (const loss of [0.01, 0.1, 0.5]) oneLegLoses(loss);
bothLose('5 % on each leg', {});
bothLose('5 % on each leg, bursts of 1 … 500 on each', { bursts: 0.0002, burstMax: 500 });
bothLose('5 % on each leg, both out for 1 … 500', {}, { share: 0.0002, packetsMax: 500 });
quietChannel();
for (const wrapTo of [0, 1] as const) wildLines(wrapTo);
wideWindow();
channelReset();

/** R6: the other leg has all of it, up to 1 ms earlier or later. */
function oneLegLoses(loss: number): void {
  const one = run({ faults: [{ loss, delayMsMax: 1 }, { delayMsMax: 1 }] });
  const { delivered, gaps } = one.counts;
  const lost = one.legs[0].lost.reduce((sum, isLost) => sum + isLost, 0);
  const what = `A alone loses ${loss * 100} % (${lost}): delivered ${delivered}, ${gaps} gaps`;
  say(isSound(one) && delivered === PACKETS && gaps === 0 && lost > 0, what);
}

/** R7, while packets flow. */
function bothLose(title: string, bursts: LegFaults, outages?: Run['outages']): void {
  const leg = { loss: 0.05, delayMsMax: 1, ...bursts };
  const one = run({ faults: [leg, leg], ...(outages && { outages }) });
  const longest = one.oracle.gaps.reduce((most, { count }) => Math.max(most, count), 0);
  const what =
    `${title}: ${toldAs(one)}, longest ${longest}, ` +
    `each ≤ ${ms(one.oracle.noticedAfterNsMax)} ms after the next packet`;
  say(isSound(one) && isDeclaredExactly(one) && isNoticedInTime(one), what);
}

/** R7, where nothing comes after the loss but heartbeats. */
function quietChannel(): void {
  const leg = { loss: 0.3, delayMsMax: 1, bursts: 0.002, burstMax: 500 };
  const quiet = { quietEvery: 500, quietMs: 4 * HEARTBEAT_MS, heartbeatMs: HEARTBEAT_MS };
  const arbiter = { heartbeatMs: HEARTBEAT_MS, heartbeatGraceMs: 100 };
  const one = run({ faults: [leg, leg], arbiter, ...quiet });
  const byTimer = one.oracle.gaps.filter(({ noticedBy }) => noticedBy === 'timer').length;
  const { legSilent, channelSilent } = one.oracle.told;
  const what =
    `quiet for 4 heartbeats after each 500 packets: ${toldAs(one)}, ${byTimer} by the timer, ` +
    `each ≤ ${ms(one.oracle.noticedAfterNsMax)} ms after the next packet or heartbeat`;
  const isQuietKnown = byTimer > 0 && channelSilent === 1 && legSilent === 2;
  say(isSound(one) && isDeclaredExactly(one) && isNoticedInTime(one) && isQuietKnown, what);
}

/** R8, with the window and times of the defaults: what they cannot wait for is declared. */
function wildLines(wrapTo: 0 | 1): void {
  const leg = { loss: 0.01, duplicates: 0.5, reorder: 0.1, reorderMax: 64, delayMsMax: 30 };
  const firstSequence = LAST_SEQUENCE - PACKETS / 2;
  const one = run({ faults: [leg, leg], firstSequence, arbiter: { wrapTo } });
  const { delivered, missing, late, duplicates, heldMax } = one.counts;
  const what =
    `50 % twice, 10 % overtaken by up to 64, delay 0 … 30 ms, wrap to ${wrapTo}: delivered ` +
    `${delivered} + declared ${missing} = sent, ${late} of these late, ${duplicates} duplicates, ` +
    `held ≤ ${heldMax}`;
  const isAll = delivered + missing === PACKETS && late === one.oracle.cameLate;
  say(isSound(one) && isAll && isLossDeclared(one) && isNoticedInTime(one), what);
}

/** R8, with a window for such delays: only what both lost is declared. */
function wideWindow(): void {
  const leg = { loss: 0.01, duplicates: 0.5, reorder: 0.1, reorderMax: 64, delayMsMax: 30 };
  const arbiter = { windowPackets: 2_048, packetBytesMax: 64, holeMs: 60, bothPassedBy: 65 };
  const one = run({ faults: [leg, leg], firstSequence: LAST_SEQUENCE - 9, arbiter });
  const what =
    `the same with a window of ${arbiter.windowPackets} packets and ${arbiter.holeMs} ms: ` +
    `${toldAs(one)}, ${one.counts.late} late, held ≤ ${one.counts.heldMax}`;
  say(isSound(one, arbiter.windowPackets) && isDeclaredExactly(one), what);
}

/** R8: numbering begins anew at 1 while packets of the old one are on their way. */
function channelReset(): void {
  const leg = { loss: 0.05, duplicates: 0.5, reorder: 0.1, reorderMax: 64, delayMsMax: 5 };
  const other = { ...leg, loss: 0.5, delayMsMax: 0 };
  const resetAt = PACKETS / 2;
  const one = run({ faults: [leg, other], firstSequence: 3_000_000_000, resetAt });
  const { fates } = one.oracle;
  const lost = new Set(one.lostOnBoth);
  const given = [...fates.keys()].filter((packet) => fates[packet] === 4);
  const unexplained = given.filter((packet) => one.outside[packet] !== 1 && !lost.has(packet));
  const { outOfWindow } = one.counts.discarded;
  const what =
    `reset at packet ${resetAt}: delivered ${one.counts.delivered} + declared ` +
    `${one.counts.missing} + came after the reset ${given.length} = sent, ${outOfWindow} packets ` +
    'of the old numbering discarded';
  const sum = one.counts.delivered + one.counts.missing + given.length;
  const isAll = sum === PACKETS && unexplained.length === 0 && outOfWindow > 0;
  say(isSound(one) && isAll && isNoticedInTime(one), what);
}

function run(options: Run): LineSimulation {
  return new LineSimulation({ seed, packets: PACKETS, intervalUs: INTERVAL_US, ...options }).run();
}

function isSound(one: LineSimulation, windowPackets = WINDOW_PACKETS): boolean {
  for (const mistake of one.oracle.mistakes) console.log(`       ${mistake}`);
  const { counts, oracle } = one;
  return (
    oracle.mistakes.length === 0 &&
    oracle.cursor === PACKETS &&
    counts.delivered === oracle.delivered &&
    counts.missing === oracle.declared &&
    counts.held === 0 &&
    counts.heldMax <= windowPackets &&
    one.unaccountedMax === 0
  );
}

/** The packets declared are those that neither leg brought, no others. */
function isDeclaredExactly(one: LineSimulation): boolean {
  const declared = one.oracle.gaps.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, at) => first + at),
  );
  const lost = one.lostOnBoth;
  return declared.length === lost.length && declared.every((packet, at) => packet === lost[at]);
}

function isLossDeclared(one: LineSimulation): boolean {
  return one.lostOnBoth.every((packet) => one.oracle.fates[packet] === 2);
}

function isNoticedInTime(one: LineSimulation): boolean {
  return one.oracle.noticedAfterNsMax <= NOTICED_MS_MAX * 1e6;
}

function toldAs(one: LineSimulation): string {
  const { missing, gaps } = one.counts;
  return `lost on both ${one.lostOnBoth.length}, declared ${missing} in ${gaps} gaps`;
}

function ms(ns: number): string {
  return (ns / 1e6).toFixed(3);
}

function say(holds: boolean, what: string): void {
  console.log(`${holds ? 'held  ' : 'FAILED'} ${what}`);
  if (!holds) process.exitCode = 1;
}
