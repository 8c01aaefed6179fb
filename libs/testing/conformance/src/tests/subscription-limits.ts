import type { SessionLog } from '@tickwire/sim-kit';
import { expect } from 'vitest';
import type { ConformanceTest } from '../conformance-test.ts';
import type { RateLimit, VendorLimits } from '../vendor-description.ts';

export const subscriptionLimits: ConformanceTest = {
  id: 'subscription-limits',
  behaviour: 'subscribes many symbols, each once, within the documented limits',
  async run({ vendor, start }) {
    const bench = await start({ symbols: vendor.manySymbols, rate: 600 });
    const wanted = vendor.manySymbols.flatMap((symbol) =>
      vendor.channels.map((channel) => `${channel}:${symbol}`),
    );
    const { log } = bench.simulator;
    await bench.until(() => held(log).length >= wanted.length, 'all topics to be asked for');
    await bench.until(() => bench.ring.areLive(vendor.manySymbols), 'all instruments to be live');
    expect(held(log).sort(), 'topics held, each by one connection').toEqual(wanted.sort());
    expectWithin(log, vendor.limits);
    expect(bench.simulator.log.of('refused'), 'refused by a limit').toEqual([]);
  },
};

/** Topics that connections have asked for and not given back. */
export function held(log: SessionLog): string[] {
  return [...heldBy(log).values()].flatMap((topics) => [...topics]);
}

/** The same by connection; without those that have ended. */
export function heldBy(log: SessionLog): Map<number, Set<string>> {
  const connections = new Map<number, Set<string>>();
  for (const entry of log.entries) {
    if (entry.event === 'connected') connections.set(entry.connection, new Set());
    if (entry.event === 'closed') connections.delete(entry.connection);
    if (entry.event !== 'asked') continue;
    const topics = connections.get(entry.connection);
    for (const topic of entry.topics) {
      if (entry.what === 'subscribe') topics?.add(topic);
      if (entry.what === 'unsubscribe') topics?.delete(topic);
    }
  }
  return connections;
}

/** Everything in the log is within what the vendor documents. */
export function expectWithin(log: SessionLog, limits: VendorLimits): void {
  const { topicsPerMessage, topicsPerConnection, connections, messages, connects } = limits;
  const asked = log.of('asked');
  if (topicsPerMessage !== 'undocumented') {
    const most = Math.max(...asked.map(({ topics }) => topics.length));
    expect(most, 'topics of one message').toBeLessThanOrEqual(topicsPerMessage);
  }
  if (topicsPerConnection !== 'undocumented') {
    for (const topics of heldBy(log).values()) {
      expect(topics.size, 'topics of a connection').toBeLessThanOrEqual(topicsPerConnection);
    }
  }
  if (connections !== 'undocumented') {
    expect(openAtOnce(log), 'connections at a time').toBeLessThanOrEqual(connections);
  }
  if (messages !== 'undocumented') {
    for (const connection of new Set(asked.map((entry) => entry.connection))) {
      const times = asked.filter((entry) => entry.connection === connection);
      expectRate(
        times.map(({ atMs }) => atMs),
        messages,
        'messages of a connection',
      );
    }
  }
  if (connects !== 'undocumented') {
    const attempts = log.entries.filter(
      ({ event }) => event === 'connected' || event === 'refused',
    );
    expectRate(
      attempts.map(({ atMs }) => atMs),
      connects,
      'attempts to connect',
    );
  }
}

/** Never more than `count` in a window. */
function expectRate(timesMs: readonly number[], limit: RateLimit, what: string): void {
  let most = 0;
  let first = 0;
  timesMs.forEach((atMs, at) => {
    while (atMs - (timesMs[first] ?? 0) >= limit.windowMs) first += 1;
    most = Math.max(most, at - first + 1);
  });
  expect(most, `${what} in ${limit.windowMs} ms`).toBeLessThanOrEqual(limit.count);
}

function openAtOnce(log: SessionLog): number {
  let open = 0;
  let most = 0;
  for (const { event } of log.entries) {
    if (event === 'connected') most = Math.max(most, (open += 1));
    if (event === 'closed') open -= 1;
  }
  return most;
}
