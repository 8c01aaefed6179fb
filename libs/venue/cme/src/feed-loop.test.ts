// Goal: only a loop that was read from its first packet to its last, without a hole and without
// contradiction, says what it left out. Method: packets of loops by hand.
import type { Leg } from '@tickwire/domain-arbitration';
import { beforeEach, describe, expect, test } from 'vitest';
import { FeedLoop } from './feed-loop.ts';

const SILENCE_NS = 1_000;
let loop: FeedLoop;

const packet = (sequence: number, leg: Leg = 0, recvNs = 0): boolean =>
  loop.packet({ leg, sequence, recvNs }, SILENCE_NS);
const report = (securityId: number, total = 2, sequence = 50): void =>
  loop.reported({ securityId, total, sequence });

beforeEach(() => {
  loop = new FeedLoop();
  loop.join(0);
});

describe('a loop', () => {
  test('is whole with its last report, and says the oldest moment in it', () => {
    packet(1);
    report(7, 2, 60);
    expect(loop.isWhole).toBe(false);
    packet(2);
    report(8, 2, 55);
    expect([loop.isWhole, loop.wholeLoops, loop.sequenceMin]).toEqual([true, 1, 55]);
    expect([loop.hasReported(7), loop.hasReported(9)]).toEqual([true, false]);
  });

  test('joined in its middle is none', () => {
    packet(2);
    report(7);
    report(8);
    expect(loop.isWhole).toBe(false);
  });

  test('with a hole is broken; the next one may be whole', () => {
    packet(1);
    report(7);
    packet(3);
    report(8);
    expect([loop.isWhole, loop.brokenLoops]).toEqual([false, 1]);
    for (const sequence of [1, 2]) {
      packet(sequence);
      report(6 + sequence);
    }
    expect([loop.isWhole, loop.brokenLoops]).toEqual([true, 1]);
  });

  test('that begins again before its end is broken', () => {
    packet(1);
    report(7);
    packet(1);
    expect(loop.brokenLoops).toBe(1);
  });

  test('that changes its number of reports is none', () => {
    packet(1);
    report(7, 3);
    packet(2);
    report(8, 2);
    expect(loop.isWhole).toBe(false);
  });
});

describe('its other line', () => {
  test('is passed over, until the first one is silent', () => {
    expect([packet(1, 0, 0), packet(1, 1, 10), packet(2, 0, 20)]).toEqual([true, false, true]);
    expect(packet(2, 1, 1_020)).toBe(true);
    report(7, 1);
    expect(loop.isWhole).toBe(false);
  });
});
