/**
 * What a channel costs: packets of a market of 512 instruments, from the bytes to ticks in a ring,
 * with books by level, and with books by order too. Beside it the floor, reading every word of the
 * packets once. Times are what the thread used of a core; a C++ loop over the same templates is in
 * `bench -- mdp3-decode`, the way through kernel and process in `bench -- mdp3-latency`.
 *
 *   npm run bench -- mdp3 [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { createLegPacket } from '@tickwire/domain-arbitration';
import { createRing } from '@tickwire/io-rings';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { testSeed } from '@tickwire/testing';
import { raiseInliningBudget } from '@tickwire/io-service';
import { CmeChannel, RECOVERY_FEEDS, createTallies } from '@tickwire/venue-cme';
import { PACKET_COLUMNS, PacketColumn, renderMarket } from './channel-market.ts';
import type { ChannelMarket } from './channel-market.ts';

const INSTRUMENTS = 512;
const MESSAGES = 1_600_000;
/** Shares of the packets: until every book is live and all code is compiled, then each part. */
const WARM_UP = 0.35;
const PARTS = 9;
const LIMITS = { cpuNsPerPacket: 2_000 };

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
// As the packet thread of the gateway does.
raiseInliningBudget();

const START: Readonly<StampNs> = { hi: 418_867_170, lo: 3_481_927_680 };
const seed = String(testSeed());

interface Row {
  readonly name: string;
  readonly nsPerPacket: { readonly median: number; readonly min: number; readonly max: number };
  readonly messagesPerSecond: number;
  readonly updatesPerSecond: number;
  readonly ticksPerPacket: number;
}

const market = await renderMarket({
  ...{ seed, instruments: INSTRUMENTS, messages: MESSAGES, start: START },
});
const packetCount = market.packets.length / PACKET_COLUMNS;
const rows = [
  measure('floor: every word read once', touchWords(), 0),
  measure('packet to ring, books by level', channel(market, false), market.counts.levels),
  measure('packet to ring, by order too', channel(market, true), bookEntries()),
];
report();

interface Work {
  /** Goes through packets `from` to before `to`. */
  run(from: number, to: number): void;
  ticks(): number;
  end(): void;
}

function bookEntries(): number {
  return market.counts.levels + market.counts.orders;
}

/** @param updates - Entries of books in all packets. */
function measure(name: string, work: Work, updates: number): Row {
  const { counts } = market;
  const first = Math.floor(packetCount * WARM_UP);
  work.run(0, first);
  const size = Math.floor((packetCount - first) / PARTS);
  const ticksBefore = work.ticks();
  const ns = Array.from({ length: PARTS }, (_, part) => {
    const begin = process.threadCpuUsage();
    work.run(first + part * size, first + (part + 1) * size);
    const used = process.threadCpuUsage(begin);
    return ((used.user + used.system) * 1_000) / size;
  }).toSorted((a, b) => a - b);
  const ticks = work.ticks() - ticksBefore;
  work.end();
  const median = ns[(PARTS - 1) / 2]!;
  const perSecond = (count: number): number => (count / packetCount / median) * 1e9;
  return {
    ...{ name, nsPerPacket: { median, min: ns[0]!, max: ns.at(-1)! } },
    messagesPerSecond: perSecond(counts.messages),
    updatesPerSecond: perSecond(updates),
    ticksPerPacket: ticks / (size * PARTS),
  };
}

function touchWords(): Work {
  const { bytes, packets } = market;
  const view = new DataView(bytes.buffer);
  let fold = 0;
  return {
    run(from, to) {
      for (let row = from * PACKET_COLUMNS; row < to * PACKET_COLUMNS; row += PACKET_COLUMNS) {
        const start = packets[row + PacketColumn.Start]!;
        const end = packets[row + PacketColumn.End]!;
        for (let word = start; word + 4 <= end; word += 4) fold ^= view.getInt32(word, true);
      }
    },
    ticks: () => 0,
    end() {
      if (fold === 0) console.log('the words fold to 0');
    },
  };
}

/** A channel as the gateway has it, and a ring that nobody reads. */
function channel({ packets, bytes, channelId }: ChannelMarket, orders: boolean): Work {
  const dir = mkdtempSync(join(sharedMemoryRoot().path, 'tickwire-mdp3-bench-'));
  const ring = createRing({ dir, name: 'cme.0', vendor: 'cme', slotCount: 2 ** 18 });
  let ticks = 0;
  const cme = new CmeChannel({
    ...{ channel: channelId, tallies: createTallies().tallies, startNs: 0, startWall: START },
    ...(orders ? { orders: {} } : {}),
    sink: {
      publish(batch) {
        ticks += batch.count;
        ring.publish(batch.bytes, batch.count);
      },
      define: (entry) => ring.append(entry),
    },
    doors: { join: () => undefined, leave: () => undefined, requestReplay: () => undefined },
  });
  const leg = createLegPacket();
  leg.bytes = bytes;
  const give = (row: number): void => {
    const atNs = packets[row + PacketColumn.AtNs]!;
    leg.sequence = packets[row + PacketColumn.Sequence]!;
    leg.start = packets[row + PacketColumn.Start]!;
    leg.end = packets[row + PacketColumn.End]!;
    leg.recvNs = atNs;
    leg.recvWall.hi = START.hi;
    leg.recvWall.lo = START.lo;
    addNs(leg.recvWall, atNs);
    const feed = packets[row + PacketColumn.Feed]!;
    if (feed === 0) cme.incremental(leg);
    else cme.recovery(RECOVERY_FEEDS[feed - 1]!, leg);
    if (cme.isDue(atNs)) cme.poll(atNs);
  };
  return {
    run(from, to) {
      for (let at = from; at < to; at++) give(at * PACKET_COLUMNS);
    },
    ticks: () => ticks,
    end() {
      const { state } = cme.status();
      if (state !== 'live') throw new Error(`the channel is ${state}, not live`);
      ring.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function report(): void {
  const { counts } = market;
  if (values.json) console.log(JSON.stringify({ counts, packets: packetCount, rows }));
  console.log(
    `${cpus()[0]?.model.trim()}, Node ${process.version}, seed ${seed}; ${packetCount} ` +
      `packets, ${counts.messages} incremental messages of ${INSTRUMENTS} instruments`,
  );
  for (const { name, nsPerPacket, ticksPerPacket, ...rates } of rows) {
    const { median, min, max } = nsPerPacket;
    console.log(
      `${name.padEnd(31)} ${median.toFixed(0)} ns a packet (${min.toFixed(0)} … ` +
        `${max.toFixed(0)}), ${millions(rates.messagesPerSecond)} messages/s a core, ` +
        `${millions(rates.updatesPerSecond)} updates of books/s, ` +
        `${ticksPerPacket.toFixed(1)} ticks a packet`,
    );
  }
  const { nsPerPacket } = rows[1]!;
  const isHeld = nsPerPacket.median <= LIMITS.cpuNsPerPacket;
  console.log(
    `${isHeld ? 'held  ' : 'FAILED'} packet to ring ${nsPerPacket.median.toFixed(0)} ns of CPU, ` +
      `at most ${LIMITS.cpuNsPerPacket}`,
  );
  if (!isHeld) process.exitCode = 1;
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(2)} M`;
}
