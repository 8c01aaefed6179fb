/** A session of many connections at a vendor that keeps its limits: what storms are made of. */
import { FakeClock } from '@tickwire/testing';
import { createKucoinSession, createTallies } from '../src/index.ts';
import type { KucoinSession, SessionLimits } from '../src/index.ts';
import { CollectingSink } from './collecting-sink.ts';
import { StrictVendor } from './strict-vendor.ts';
import type { StrictLimits } from './strict-vendor.ts';

const MINUTE_MS = 60_000;

/** The venue's own limits, as its documents state them. */
export const VENUE: StrictLimits = {
  connects: { max: 30, windowMs: 60_000 },
  uplink: { max: 100, windowMs: 10_000 },
  rest: { max: 2_000, windowMs: 30_000 },
  openMax: 50,
};
/** Wider in connects, narrower in messages: the limits are settings. */
export const WIDER: StrictLimits = {
  connects: { max: 300, windowMs: 300_000 },
  uplink: { max: 5, windowMs: 1_000 },
  rest: { max: 20_000, windowMs: 30_000 },
  openMax: 200,
};

export interface Storm {
  readonly clock: FakeClock;
  readonly vendor: StrictVendor;
  readonly session: KucoinSession;
  value(name: string): number;
  /** Lets an hour pass at most until all connections are live. */
  settle(): Promise<boolean>;
  /**
   * The vendor goes down for a second: when each connection first came back, as a share of that
   * second. Then all are live again.
   */
  firstAttempts(): Promise<number[]>;
}

export async function createStorm(limits: StrictLimits, random: () => number): Promise<Storm> {
  const symbols = Array.from({ length: limits.openMax }, (_, at) => `S${at}-USDT`);
  const clock = new FakeClock();
  const vendor = new StrictVendor(symbols, { clock, limits });
  const { tallies, value } = createTallies();
  const session = createKucoinSession({
    restUrl: 'https://rest.test',
    symbols,
    topics: [],
    bookEndpoint: 'top100',
    sink: new CollectingSink(),
    tallies,
    clock,
    timers: clock,
    random,
    dial: vendor.dial,
    http: vendor.http,
    limits: sessionLimits(limits),
  });
  const areLive = (): boolean => session.states().every((state) => state === 'live');
  const settle = async (): Promise<boolean> => {
    for (let minutes = 0; minutes < 60 && !areLive(); minutes += 1) {
      await clock.advanceAsync(MINUTE_MS);
    }
    return areLive();
  };
  const firstAttempts = async (): Promise<number[]> => {
    const cutNs = clock.monotonicNs();
    const known = vendor.attempts.length;
    vendor.goDown();
    await clock.advanceAsync(1_000);
    const first = new Map<string, number>();
    for (const { connection, atNs } of vendor.attempts.slice(known)) {
      if (!first.has(connection)) first.set(connection, (atNs - cutNs) / 1e9);
    }
    vendor.isDown = false;
    await settle();
    return [...first.values()];
  };
  await session.start();
  await settle();
  return { clock, vendor, session, value, settle, firstAttempts };
}

/** One symbol and one topic a connection, and the limits as the vendor keeps them. */
function sessionLimits(of: StrictLimits): Partial<SessionLimits> {
  return {
    topicsPerConnection: 1,
    connectionsMax: of.openMax,
    connectsMax: of.connects.max,
    connectWindowMs: of.connects.windowMs,
    uplinkMessagesMax: of.uplink.max,
    uplinkWindowMs: of.uplink.windowMs,
    restWeightMax: of.rest.max,
    restWindowMs: of.rest.windowMs,
  };
}
