// Goal: whatever is lost, a book that readers of ticks trust is the exchange's at every LAST and
// after every packet, and all are right again in the end. Method: a small exchange with its own
// books, lossy lines and feeds; the reader is the one that consumers use.
import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChannelWorld } from '../test/channel-world.ts';
import type { ReplayBehaviour } from '../test/channel-world.ts';
import { plainRandom } from '../test/plain-random.ts';

const share = fc.double({ min: 0, max: 0.3, noNaN: true });
const behaviour = fc.constantFrom<ReplayBehaviour[]>(
  'answers',
  'cuts-short',
  'refuses',
  'is-silent',
);

describe('a channel with losses', () => {
  test('never shows a wrong book, and comes right again', () => {
    const check = fc.property(
      fc.record({
        seed: fc.nat(),
        hasOrders: fc.boolean(),
        replay: fc.boolean(),
        behaviour,
        lateBy: fc.nat(60),
        leg: share,
        both: fc.double({ min: 0, max: 0.1, noNaN: true }),
        loops: share,
        resetAt: fc.option(fc.nat(150)),
        queueBytes: fc.constantFrom(65_536, 16_777_216),
      }),
      (options) => {
        const { seed, hasOrders, replay, lateBy, resetAt, queueBytes } = options;
        const limits = { replay, queueBytes, replaysPerMinute: 600, replayTimeoutMs: 30 };
        const world = new ChannelWorld({ random: plainRandom(seed), hasOrders, limits });
        for (let at = 0; at < lateBy; at++) world.exchange.event(0);
        world.steps(30);
        world.replayBehaviour = options.behaviour;
        Object.assign(world.losses, { leg: options.leg, both: options.both, loops: options.loops });
        for (let at = 0; at < 200; at++) {
          if (at === resetAt) world.send([world.exchange.reset(world.nowNs)]);
          world.step();
        }
        world.settle();
        expect(world.isQuiet).toBe(true);
        expect(world.expectWhole()).toEqual([]);
        expect(world.reader.compared).toBeGreaterThan(0);
        expect(world.reader.gaps.filter(({ state }) => state === 'open').length).toBe(
          world.reader.gaps.filter(({ state }) => state === 'repaired').length,
        );
      },
    );
    fc.assert(check, { seed: testSeed(), numRuns: 25 });
  });
});
