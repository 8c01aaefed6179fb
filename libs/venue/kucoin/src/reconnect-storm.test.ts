// Goal: a vendor that goes down and comes back is not run over, and bans nobody. Method: hundreds
// of connections cut off at once, again and again, at a vendor that keeps its limits and bans for
// good; a fake clock, so that hours pass in a second. More outages: prove/reconnect-storm.prove.ts.
import { CHI_SQUARE_19_MAX, chiSquare, seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { VENUE, WIDER, createStorm } from '../test/storm.ts';
import { SESSION_LIMITS } from './session-options.ts';

const MINUTE_MS = 60_000;

describe('reconnect storm', () => {
  test.each([
    ['the venue’s limits, 50 connections', VENUE],
    ['300 connects in 5 min and 5 messages a second, 200 connections', WIDER],
  ])('never banned, and all are back: %s', async (_, limits) => {
    const { clock, vendor, value, settle } = await createStorm(limits, seededRandom(testSeed()));
    for (let outage = 0; outage < 2; outage += 1) {
      vendor.goDown();
      await clock.advanceAsync(4 * MINUTE_MS);
      vendor.isDown = false;
      expect(await settle()).toBe(true);
      expect(vendor.open()).toHaveLength(limits.openMax);
    }
    expect(vendor.bans).toEqual([]);
    expect(value('reconnects')).toBe(2 * limits.openMax);
    // Every attempt is counted, and ends in exactly one way.
    const failures = value('dialFailures');
    expect(failures).toBeGreaterThan(limits.openMax / 2);
    expect(value('dials')).toBe(vendor.attempts.length);
    expect(value('connects') + value('reconnects') + failures).toBe(value('dials'));
  });

  test('the first attempts after a cut are spread over their second: full jitter', async () => {
    // No budget may stand between the wait that was drawn and the attempt.
    const limits = { ...WIDER, connects: { max: 1_000, windowMs: 1_000 } };
    const storm = await createStorm(limits, seededRandom(testSeed()));
    const phases: number[] = [];
    for (let outage = 0; outage < 5; outage += 1) phases.push(...(await storm.firstAttempts()));
    expect(storm.vendor.bans).toEqual([]);
    expect(phases.length).toBe(5 * limits.openMax);
    expect(chiSquare(phases, 20)).toBeLessThan(CHI_SQUARE_19_MAX);
  });

  test('no more than so many are on their way at once', async () => {
    const limits = { ...WIDER, connects: { max: 1_000, windowMs: 1_000 } };
    const { clock, vendor, session } = await createStorm(limits, seededRandom(testSeed()));
    vendor.isDeaf = true;
    for (const socket of vendor.open()) socket.end('reset by peer');
    let most = 0;
    for (let step = 0; step < 100; step += 1) {
      await clock.advanceAsync(100);
      const inside = session.states().filter((state) => state === 'token' || state === 'dialing');
      most = Math.max(most, inside.length);
    }
    expect(most).toBe(SESSION_LIMITS.connectsAtOnce);
    expect(session.states().filter((state) => state === 'queued').length).toBeGreaterThan(100);
  });
});
