/**
 * `npm run bench -- arbitration`: what a packet costs when both legs are complete, so that each
 * second one is a duplicate; when one leg loses 1 %, so that packets wait for the other; and what
 * any program has to do, reading the sequence (floor). Times are CPU time of this thread.
 */
import { seededRandom, testSeed } from '@tickwire/testing';
import { LegArbiter, createLegPacket } from '../src/index.ts';
import type { ArbiterSink, Leg, LegPacket } from '../src/index.ts';

const RUNS = 9;
const PACKETS = 2_000_000;
/** Packets that leg B is behind leg A. */
const BEHIND = 8;
const PACKET_BYTES = 600;
/** Datagrams lie side by side, as a batch of reads leaves them. */
const SLOTS = 1_024;

class CountingSink implements ArbiterSink {
  delivered = 0;
  bytes = 0;
  gaps = 0;

  deliver({ start, end }: Readonly<LegPacket>): void {
    this.delivered += 1;
    this.bytes += end - start;
  }

  gap(): void {
    this.gaps += 1;
  }

  late(): void {}
  legSilent(): void {}
  channelSilent(): void {}
  live(): void {}
}

const seed = testSeed();
const bytes = new Uint8Array(SLOTS * PACKET_BYTES);
const view = new DataView(bytes.buffer);
console.log(`node ${process.version} ${process.arch}, seed ${seed}, ${RUNS} runs of ${PACKETS}`);
measure('floor: the sequence is read', () => readOnly());
measure('both legs complete', () => arbitrate(new Uint8Array(PACKETS)));
const lost = lossOf(0.01);
measure('leg A loses 1 %', () => arbitrate(lost));

function lossOf(share: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: PACKETS }, () => (random() < share ? 1 : 0));
}

/** Packet n / 2 of leg A, and of leg B that of `BEHIND` before. */
function sequenceAt(n: number): number {
  return 1 + (n >>> 1) - (n & 1) * BEHIND;
}

function readOnly(): number {
  let sum = 0;
  for (let n = 0; n < PACKETS; n++) {
    const start = (n % SLOTS) * PACKET_BYTES;
    view.setUint32(start, sequenceAt(n), true);
    sum += view.getUint32(start, true);
  }
  return sum;
}

function arbitrate(lostOnA: Uint8Array): number {
  const sink = new CountingSink();
  const options = { startNs: 0, firstSequence: 1, heartbeatMs: 1_000, bothPassedBy: 64 };
  const arbiter = new LegArbiter(options, sink);
  const packet = createLegPacket();
  packet.bytes = bytes;
  for (let n = 0; n < PACKETS; n++) {
    const start = (n % SLOTS) * PACKET_BYTES;
    view.setUint32(start, sequenceAt(n), true);
    packet.leg = (n & 1) as Leg;
    packet.sequence = view.getUint32(start, true);
    packet.start = start;
    packet.end = start + PACKET_BYTES;
    packet.recvNs = n * 100;
    if (packet.leg === 0 && lostOnA[n] === 1) continue;
    if (packet.leg === 1 && n < 2 * BEHIND) continue;
    if (arbiter.nextDueNs <= packet.recvNs) arbiter.poll(packet.recvNs);
    arbiter.receive(packet);
  }
  const behind = PACKETS / 2 - sink.delivered;
  if (sink.gaps > 0 || behind > 2 * BEHIND) throw new Error('not what was sent');
  return sink.bytes;
}

function measure(name: string, run: () => number): void {
  const costs: number[] = [];
  let sum = 0;
  for (let count = 0; count <= RUNS; count++) {
    const { user, system } = process.threadCpuUsage();
    sum += run();
    const cost = process.threadCpuUsage({ user, system });
    if (count > 0) costs.push(((cost.user + cost.system) * 1e3) / PACKETS); // the first warms up
  }
  if (sum < 0) throw new Error('unused'); // keeps the loop from being dropped
  costs.sort((a, b) => a - b);
  const [least = 0, most = 0] = [costs[0], costs.at(-1)];
  const median = costs[Math.floor(costs.length / 2)] ?? 0;
  const spread = `${least.toFixed(1)} … ${most.toFixed(1)}`;
  console.log(`${name.padEnd(30)} median ${median.toFixed(1)} ns a packet, ${spread}`);
}
