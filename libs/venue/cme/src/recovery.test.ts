// Goal: each way into, through and out of a recovery, as its states, requests, STREAM ticks and
// ledger entries. Method: a small exchange whose packets are kept from the channel by hand.
import { describe, expect, test } from 'vitest';
import { ChannelWorld } from '../test/channel-world.ts';
import type { WorldOptions } from '../test/channel-world.ts';
import { plainRandom } from '../test/plain-random.ts';

function liveWorld(options: Partial<WorldOptions> = {}): ChannelWorld {
  const world = new ChannelWorld({ random: plainRandom(7), ...options });
  world.steps(40);
  expect(world.state).toBe('live');
  return world;
}

/** The next event up to its last packet, which is given back. */
function beginEvent(world: ChannelWorld): { sequence: number; bytes: Uint8Array } {
  const packets = world.exchange.event(world.nowNs);
  for (const packet of packets.slice(0, -1)) world.give(0, packet);
  return packets.at(-1)!;
}

/** The next events do not come on either leg; then one does. @returns The packets lost. */
function lose(world: ChannelWorld, events: number): number {
  const before = world.exchange.sequence;
  for (let event = 0; event < events; event++) world.exchange.event(world.nowNs);
  const lost = world.exchange.sequence - before;
  world.send([world.exchange.idle(world.nowNs)]);
  world.nowNs += 11e6;
  world.channel.poll(world.nowNs);
  return lost;
}

describe('the start', () => {
  test('reads definitions, then snapshots, then goes live and leaves the feeds', () => {
    const world = new ChannelWorld({ random: plainRandom(1), hasOrders: true });
    for (let event = 0; event < 100; event++) world.exchange.event(0);
    expect(world.state).toBe('definitions');
    expect(world.joins).toEqual(['definitions']);
    world.steps(100);
    expect(world.state).toBe('live');
    expect(world.joins).toEqual(['definitions', 'snapshots', 'order-snapshots']);
    expect(world.expectWhole()).toEqual([]);
  });

  test('takes instruments for empty that a whole loop left out', () => {
    const world = new ChannelWorld({ random: plainRandom(1), markets: 40 });
    for (let event = 0; event < 3; event++) world.exchange.event(0);
    for (let at = 0; at < 120; at++) {
      world.nowNs += 1e6;
      if (at === 0) world.send([world.exchange.idle(world.nowNs)]);
      world.serve();
    }
    expect(world.state).toBe('live');
    expect(world.channel.status().books).toMatchObject({ live: 40 });
    expect(world.count('snapshots')).toBeGreaterThanOrEqual(40);
    expect(world.expectWhole()).toEqual([]);
  });

  test('of a recording has no feeds to join, and no instruments before their definitions', () => {
    const world = new ChannelWorld({ random: plainRandom(1), feeds: [] });
    world.step();
    expect([world.joins, world.channel.status().instruments]).toEqual([[], 0]);
    expect(world.count('undefinedEntries')).toBeGreaterThan(0);
  });

  test('joins a silent feed again', () => {
    const limits = { recoverySilenceMs: 100 };
    const world = new ChannelWorld({ random: plainRandom(1), limits, loopEveryMs: 1_000 });
    world.nowNs = 100e6;
    expect(world.channel.nextDueNs).toBe(world.nowNs);
    world.channel.poll(world.nowNs);
    expect(world.joins).toEqual(['definitions', 'definitions']);
  });
});

describe('missing packets', () => {
  test('are asked for, and nothing is lost when they come', () => {
    const world = liveWorld({ hasOrders: true });
    const first = world.exchange.sequence + 1;
    const lost = lose(world, 5);
    const request = { id: 1, channel: 310, begin: first, end: first + lost - 1 };
    expect(world.requests).toEqual([request]);
    expect(world.state).toBe('replay');
    world.steps(3);
    expect(world.state).toBe('live');
    expect(world.joins).toHaveLength(3);
    expect(world.count('replayedPackets')).toBe(lost);
    expect(world.expectWhole()).toEqual([]);
    const told = world.reader.gaps.map((gap) => [gap.state, gap.repairedBy, gap.missing]);
    expect(told).toEqual([
      ['open', undefined, lost],
      ['repaired', 'replay', lost],
    ]);
  });

  test.each(['refuses', 'cuts-short', 'is-silent'] as const)(
    'come by snapshots when the replay service %s',
    (behaviour) => {
      const world = liveWorld({ limits: { replayTimeoutMs: 20 } });
      world.replayBehaviour = behaviour;
      lose(world, 5);
      expect(world.state).toBe('replay');
      world.steps(60);
      world.settle();
      expect(world.count('replaysFailed')).toBe(1);
      expect(world.joins.slice(2)).toEqual(['snapshots']);
      expect(world.expectWhole()).toEqual([]);
      expect(world.reader.gaps.at(-1)).toMatchObject({ state: 'repaired', repairedBy: 'snapshot' });
    },
  );

  test.each([
    ['it is off', { replay: false }],
    ['too many are missing', { replayPacketsMax: 2 }],
  ])('are not asked for when %s', (_why, limits) => {
    const world = liveWorld({ limits });
    lose(world, 5);
    expect([world.state, world.requests.length]).toEqual(['snapshots', 0]);
    expect(world.count('replaysPassed')).toBe(1);
  });

  test('are not asked for more often than the limit says', () => {
    const world = liveWorld({ limits: { replaysPerMinute: 1 } });
    lose(world, 1);
    world.step();
    expect(world.state).toBe('live');
    lose(world, 1);
    expect([world.state, world.requests.length]).toEqual(['snapshots', 1]);
  });

  test('of a second hole are asked for behind the first', () => {
    const world = liveWorld();
    world.replayBehaviour = 'is-silent';
    lose(world, 2);
    lose(world, 2);
    expect(world.requests).toHaveLength(1);
    world.replayBehaviour = 'answers';
    world.steps(4);
    expect(world.requests).toHaveLength(2);
    expect(world.state).toBe('live');
    expect(world.expectWhole()).toEqual([]);
  });

  test('that come late after all are taken for those of the replay', () => {
    const world = liveWorld();
    world.replayBehaviour = 'is-silent';
    const first = world.exchange.sequence + 1;
    const lost = lose(world, 3);
    for (let sequence = first; sequence < first + lost; sequence++) {
      world.give(1, { sequence, bytes: world.exchange.log.get(sequence)! });
    }
    expect(world.state).toBe('live');
    expect(world.expectWhole()).toEqual([]);
  });

  test('of a queue that overflows begin the recovery again', () => {
    const limits = { queueBytes: 65_536, replay: false };
    const world = new ChannelWorld({ random: plainRandom(7), markets: 40, limits });
    world.steps(200);
    expect(world.state).toBe('live');
    world.losses.loops = 1;
    lose(world, 3);
    world.steps(400);
    expect(world.count('queueOverflows')).toBeGreaterThan(0);
    world.settle(2_000);
    expect(world.expectWhole()).toEqual([]);
  });
});

describe('the exchange begins anew', () => {
  test('with a reset of the channel: books are empty and right', () => {
    const world = liveWorld({ hasOrders: true });
    lose(world, 3);
    world.send([world.exchange.reset(world.nowNs)]);
    expect(world.state).toBe('live');
    expect(world.expectWhole()).toEqual([]);
    expect(world.count('channelResets')).toBe(1);
    world.steps(30);
    expect(world.expectWhole()).toEqual([]);
  });

  test('with a reset that was missed: RptSeq that goes back says so', () => {
    const world = liveWorld({ limits: { replay: false } });
    world.exchange.reset(world.nowNs);
    world.steps(100);
    world.settle();
    expect(world.expectWhole()).toEqual([]);
  });

  test('with a new numbering: two packets confirm it, stragglers are passed over', () => {
    const world = liveWorld();
    const last = world.exchange.sequence;
    const straggler = { sequence: last, bytes: world.exchange.log.get(last)! };
    world.nowNs += 1e9;
    world.exchange.renumber();
    const first = world.exchange.idle(world.nowNs);
    world.give(0, first);
    expect([world.count('doubtful'), world.count('numberings')]).toEqual([1, 0]);
    world.give(1, first);
    expect(world.count('numberings')).toBe(1);
    expect([world.state, world.channel.status().nextSequence]).toEqual(['definitions', 2]);
    world.give(1, straggler);
    expect(world.count('stragglers')).toBe(1);
    world.steps(100);
    world.settle();
    expect(world.expectWhole()).toEqual([]);
  });
});

describe('damage', () => {
  test('of a message counts as a gap, and is not asked for', () => {
    const world = liveWorld();
    const packet = beginEvent(world);
    const bytes = packet.bytes.slice();
    bytes[14] = 1; // blockLength of the first message
    world.give(0, { ...packet, bytes });
    expect(world.count('damaged:BLOCK_TOO_SHORT')).toBe(1);
    expect([world.state, world.requests.length]).toEqual(['snapshots', 0]);
    world.settle();
    expect(world.reader.gaps.at(-1)).toMatchObject({ state: 'repaired', missing: 1 });
  });

  test('of a packet keeps what came before it', () => {
    const world = liveWorld();
    const packet = beginEvent(world);
    const accepted = world.count('accepted');
    const bytes = new Uint8Array(packet.bytes.length + 3);
    bytes.set(packet.bytes);
    world.give(0, { ...packet, bytes });
    expect(world.count('damaged:TRUNCATED')).toBe(1);
    expect(world.count('accepted')).toBeGreaterThan(accepted);
  });

  test('of a header is counted, and no packet', () => {
    const world = liveWorld();
    world.give(0, { sequence: 1, bytes: new Uint8Array(11) });
    expect(world.count('shortPackets')).toBe(1);
  });
});

describe('silence', () => {
  test('is a state of the channel, until the next packet', () => {
    const world = liveWorld({ limits: { heartbeatMs: 100 } });
    world.nowNs += 200e6;
    world.channel.poll(world.nowNs);
    expect(world.channel.status().isSilent).toBe(true);
    expect([world.count('channelsSilent'), world.count('legsSilent')]).toEqual([1, 2]);
    world.step();
    expect(world.channel.status().isSilent).toBe(false);
    expect(world.expectWhole()).toEqual([]);
  });
});
