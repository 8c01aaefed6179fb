// Goal: what a leg did to its packets is what its counts say. Method: packets by seed through every
// fault; what came out against what went in.
import { createRandom } from '@tickwire/sim-kit';
import { testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { FaultyLeg } from './faulty-leg.ts';
import { NO_LEG_FAULTS } from './leg-faults.ts';
import type { LegFaultPlan } from './leg-faults.ts';

const PACKETS = 10_000;
const GAP_NS = 10_000;
const seed = String(testSeed());

function run(plan: Partial<LegFaultPlan>, of = seed) {
  const came: { sequence: number; sentNs: number; nowNs: number }[] = [];
  let nowNs = 0;
  const leg = new FaultyLeg({
    random: createRandom(of),
    plan: { ...NO_LEG_FAULTS, ...plan },
    deliver: ({ sequence, atNs, bytes }) => {
      if (bytes[0] !== (sequence & 0xff)) throw new Error(`${sequence} has other bytes`);
      came.push({ sequence, sentNs: atNs, nowNs });
    },
  });
  const bytes = new Uint8Array(4);
  for (let sequence = 1; sequence <= PACKETS; sequence += 1) {
    nowNs = sequence * GAP_NS;
    bytes[0] = sequence & 0xff;
    leg.pass({ bytes, sequence, atNs: nowNs });
  }
  const held = leg.counts.held;
  leg.end();
  return { came, leg, held };
}

const sequencesOf = (came: readonly { sequence: number }[]): number[] =>
  came.map(({ sequence }) => sequence);

describe('a leg', () => {
  test('without faults gives what it takes, in order', () => {
    const { came, leg } = run({});
    expect(sequencesOf(came)).toEqual(Array.from({ length: PACKETS }, (_, at) => at + 1));
    expect(leg.counts).toMatchObject({ offered: PACKETS, delivered: PACKETS, held: 0 });
  });

  test('loses, and in bursts, exactly what it counts', () => {
    const { came, leg } = run({ drop: 0.01, burst: { odds: 0.001, packetsMax: 500 } });
    const { dropped, droppedInBursts, delivered } = leg.counts;
    expect(came.length).toBe(PACKETS - dropped - droppedInBursts);
    expect(delivered).toBe(came.length);
    expect(dropped).toBeGreaterThan(20);
    expect(droppedInBursts).toBeGreaterThan(500);
    const gaps = sequencesOf(came).map((sequence, at, all) => sequence - (all[at - 1] ?? 0) - 1);
    expect(Math.max(...gaps)).toBeGreaterThan(50);
  });

  test('doubles what it counts', () => {
    const { came, leg } = run({ dup: 0.5 });
    expect(came.length).toBe(PACKETS + leg.counts.doubled);
    expect(new Set(sequencesOf(came)).size).toBe(PACKETS);
    expect(Math.abs(leg.counts.doubled - PACKETS / 2)).toBeLessThan(PACKETS / 20);
  });

  test('lets packets be overtaken by no more than the window', () => {
    const window = 64;
    const { came, leg } = run({ reorder: { odds: 0.1, window } });
    expect([...sequencesOf(came)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: PACKETS }, (_, at) => at + 1),
    );
    let highest = 0;
    let furthest = 0;
    for (const { sequence } of came.slice(0, -leg.counts.overtaken)) {
      highest = Math.max(highest, sequence);
      furthest = Math.max(furthest, highest - sequence);
    }
    expect(furthest).toBeLessThanOrEqual(window);
    expect(furthest).toBeGreaterThan(window / 2);
  });

  test('delays by no more than it says, and loses nothing', () => {
    const { came, leg, held } = run({ delay: { odds: 0.2, msMax: 3 } });
    expect(new Set(sequencesOf(came)).size).toBe(PACKETS);
    expect(leg.counts.delayed).toBeGreaterThan(PACKETS / 10);
    const inTime = came.slice(0, came.length - held);
    expect(Math.max(...inTime.map(({ sentNs, nowNs }) => nowNs - sentNs))).toBeLessThanOrEqual(
      3e6 + GAP_NS,
    );
  });

  test('has everything in its counts, whatever happens', () => {
    const plan = {
      ...{ drop: 0.05, burst: { odds: 0.002, packetsMax: 100 }, dup: 0.2 },
      ...{ reorder: { odds: 0.1, window: 20 }, delay: { odds: 0.1, msMax: 2 } },
    };
    const { came, leg } = run(plan);
    const { offered, delivered, dropped, droppedInBursts, doubled, held } = leg.counts;
    expect(offered + doubled).toBe(delivered + dropped + droppedInBursts + held);
    expect(came.length).toBe(delivered);
    expect(run(plan).came).toEqual(came);
    expect(run(plan, `${seed}-another`).came).not.toEqual(came);
  });
});
