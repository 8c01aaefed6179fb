// Goal: a channel that follows a killed one says which packets nobody has gone through, exactly.
// Method: two channels on one exchange, one after the other, with the same mark; what is sent in
// between is known.
import { StreamReason, StreamState } from '@tickwire/core';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { ChannelWorld } from '../test/channel-world.ts';
import { plainRandom } from '../test/plain-random.ts';
import { RESUME_CELLS } from './index.ts';

/** A channel that was live, and is not heard of any more. */
function killed() {
  const resumeCells = new Float64Array(RESUME_CELLS);
  const random = plainRandom(7);
  const world = new ChannelWorld({ random, resumeCells });
  world.steps(40);
  expect(world.state).toBe('live');
  const start = (): ChannelWorld => {
    const next = new ChannelWorld({ random, resumeCells, follows: world });
    next.nowNs = world.nowNs;
    return next;
  };
  return { world, resumeCells, start };
}

/** Nobody listens. @returns The first packet missed, and how many there were. */
function miss(world: ChannelWorld, events: number): { first: number; count: number } {
  const first = world.exchange.sequence + 1;
  for (let event = 0; event < events; event++) world.exchange.event((world.nowNs += 1e6));
  return { first, count: world.exchange.sequence - first + 1 };
}

const restartGaps = (world: ChannelWorld) =>
  world.reader.gaps.filter(({ noticedBy }) => noticedBy === 'writer-restarted');

describe('a channel that follows a killed one', () => {
  test('declares what was sent in between, to the packet, and repairs it by snapshots', () => {
    const { world, start } = killed();
    const { first, count } = miss(world, 9);
    const next = start();
    next.steps(200);
    expect(next.state).toBe('live');
    expect(restartGaps(next)).toMatchObject([
      { firstMissing: `${first}`, lastMissing: `${first + count - 1}`, missing: count },
      { missing: count, state: 'repaired', repairedBy: 'snapshot' },
    ]);
    expect(next.count('missingPackets')).toBe(count);
    expect(next.expectWhole()).toEqual([]);
  });

  test('has nothing to declare when nothing was missed', () => {
    const { start } = killed();
    const next = start();
    next.steps(200);
    expect(next.state).toBe('live');
    expect(next.reader.gaps).toEqual([]);
    expect(next.expectWhole()).toEqual([]);
  });

  test('takes packets for old that the one before has gone through', () => {
    const { world, start } = killed();
    const last = world.exchange.sequence;
    const next = start();
    next.give(1, { sequence: last, bytes: world.exchange.log.get(last)! });
    next.steps(200);
    expect(next.reader.gaps).toEqual([]);
    expect(next.channel.status().nextSequence).toBe(next.exchange.sequence + 1);
  });

  test('declares an outage that is longer than what can be followed', () => {
    const { world, start } = killed();
    const first = world.exchange.sequence + 1;
    world.exchange.sequence += 100_000;
    const next = start();
    next.steps(200);
    const [gap] = restartGaps(next);
    expect(gap).toMatchObject({ firstMissing: `${first}` });
    expect(gap?.missing).toBeGreaterThanOrEqual(100_000);
    expect(next.expectWhole()).toEqual([]);
  });

  test('cannot say what it missed of a numbering that is over', () => {
    const { world, start } = killed();
    miss(world, 5);
    world.exchange.renumber();
    world.nowNs += 100e6;
    const next = start();
    next.steps(200);
    expect(next.state).toBe('live');
    expect(restartGaps(next)).toMatchObject([
      { missing: undefined, firstMissing: undefined, state: 'open' },
      { state: 'repaired', repairedBy: 'reset' },
    ]);
    expect(next.expectWhole()).toEqual([]);
  });

  test.each([
    ['zeros', [0, 0, 0]],
    ['no number', [0, 0, NaN]],
    ['no sequence', [0, 0, 2 ** 32]],
    ['a part of one', [0, 0, 1.5]],
  ])('begins as if alone when its memory has %s', (_, cells) => {
    const resumeCells = Float64Array.from(cells);
    const world = new ChannelWorld({ random: plainRandom(1), resumeCells });
    world.steps(40);
    expect(world.state).toBe('live');
    expect(world.reader.gaps).toEqual([]);
    expect(resumeCells[2]).toBe(world.exchange.sequence);
  });
});

test('the gap of an outage is a STREAM tick that says why', () => {
  const { world, start } = killed();
  const { first, count } = miss(world, 3);
  const next = start();
  const seen: object[] = [];
  const { publish } = next.reader;
  next.reader.publish = (batch) => {
    const tick = new TickView();
    for (let at = 0; at < batch.count; at++) {
      tick.wrap(new DataView(batch.bytes.buffer), at * 64);
      if (tick.kind !== TickKind.Stream || tick.state !== StreamState.Gap) continue;
      seen.push({ reason: tick.reason, first: tick.firstMissingLo, count: tick.missingCountLo });
    }
    publish.call(next.reader, batch);
  };
  next.steps(20);
  expect(seen).toEqual([{ reason: StreamReason.WriterRestarted, first, count }]);
});
