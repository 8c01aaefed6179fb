// The fault kit over real sockets: what a client notices is what the log says was done.
import { testSeed, waitFor } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import type { Level2Data, RawClient } from '../test/raw-client.ts';
import { call } from '../test/raw-client.ts';
import { client, running } from '../test/running-simulator.ts';
import type { FaultEntry } from './fault-log.ts';
import { ManualClock } from './manual-clock.ts';
import type { KucoinSimulator } from './simulator-api.ts';

const START_MS = 1_729_816_425_625;

interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Sequences a client finds missing between the messages it received. */
function gapsIn(messages: readonly Level2Data[]): Gap[] {
  const gaps: Gap[] = [];
  let last: number | undefined;
  for (const { sequenceStart, sequenceEnd } of messages) {
    if (last !== undefined && sequenceStart > last + 1) {
      gaps.push({ from: last + 1, to: sequenceStart - 1 });
    }
    last = Math.max(last ?? 0, sequenceEnd);
  }
  return gaps;
}

/** The log's omissions as gaps: neighbours joined. */
function omissions(entries: readonly FaultEntry[]): Gap[] {
  const gaps: Gap[] = [];
  for (const { sequenceStart = 0, sequenceEnd = 0 } of entries) {
    const last = gaps.at(-1);
    if (last?.to === sequenceStart - 1) gaps[gaps.length - 1] = { ...last, to: sequenceEnd };
    else gaps.push({ from: sequenceStart, to: sequenceEnd });
  }
  return gaps;
}

async function stepped(
  faults: string,
  steps = 600,
): Promise<{ simulator: KucoinSimulator; me: RawClient; received: Level2Data[] }> {
  const simulator = await running({ faults, symbols: ['BTC-USDT'], seed: testSeed() });
  const me = await client(simulator);
  await me.command('subscribe', '/market/level2:BTC-USDT');
  simulator.step(steps);
  await me.ping();
  return { simulator, me, received: me.level2('BTC-USDT') };
}

describe('message faults', () => {
  test('drop leaves gaps exactly where the log says', async () => {
    const { simulator, received } = await stepped('drop=0.05');
    const { entries } = simulator.log;
    expect(entries.length).toBeGreaterThan(5);
    expect(received).toHaveLength(600 - entries.length);
    const inner = omissions(entries).filter(
      ({ from, to }) =>
        from > (received[0]?.sequenceStart ?? 0) && to < (received.at(-1)?.sequenceEnd ?? 0),
    );
    expect(gapsIn(received)).toEqual(inner);
  });

  test('dup sends the same message twice in a row', async () => {
    const { simulator, received } = await stepped('dup=0.05');
    const doubled = received.filter(
      (data, i) => data.sequenceStart === received[i + 1]?.sequenceStart,
    );
    expect(doubled.length).toBeGreaterThan(5);
    expect(doubled.map(({ sequenceStart }) => sequenceStart)).toEqual(
      simulator.log.entries.map(({ sequenceStart }) => sequenceStart),
    );
  });

  test('reorder lets the next of the topic overtake, and loses nothing', async () => {
    const symbols = ['BTC-USDT', 'ETH-USDT'];
    const simulator = await running({ faults: 'reorder=0.05', symbols, seed: testSeed() });
    const me = await client(simulator);
    await me.command('subscribe', `/market/level2:${symbols.join(',')}`);
    simulator.step(800);
    await me.ping();
    const late: number[] = [];
    let received = 0;
    for (const symbol of symbols) {
      const starts = me.level2(symbol).map(({ sequenceStart }) => sequenceStart);
      late.push(...starts.filter((start, i) => start < (starts[i - 1] ?? 0)));
      received += starts.length;
      const sorted = me.level2(symbol).toSorted((a, b) => a.sequenceStart - b.sequenceStart);
      // The very last may still wait for one to overtake it.
      expect(gapsIn(sorted)).toEqual([]);
    }
    expect(late.length).toBeGreaterThan(5);
    expect(late.toSorted((a, b) => a - b)).toEqual(
      simulator.log.entries.map(({ sequenceStart = 0 }) => sequenceStart).toSorted((a, b) => a - b),
    );
    expect(received).toBeGreaterThanOrEqual(799);
  });

  test('a message held back goes out before the ack that ends its topic', async () => {
    const { me, received } = await stepped('reorder=1', 1);
    expect(received).toEqual([]);
    await me.command('unsubscribe', '/market/level2:BTC-USDT');
    expect(me.level2('BTC-USDT')).toHaveLength(1);
    expect(me.messages.at(-1)?.type).toBe('ack');
  });

  test('truncate and garbage are texts that are not JSON, counted as sent', async () => {
    const { simulator, me, received } = await stepped('truncate=0.05,garbage=0.05');
    const { entries } = simulator.log;
    const of = (fault: string): number => entries.filter((entry) => entry.fault === fault).length;
    expect(of('truncate')).toBeGreaterThan(5);
    expect(of('garbage')).toBeGreaterThan(5);
    expect(me.texts.length - me.messages.length).toBe(entries.length);
    expect(received).toHaveLength(600 - of('truncate'));
    expect(simulator.counts().byKind).toMatchObject({ garbage: of('garbage'), level2: 600 });
    expect(simulator.counts().sent).toBe(me.texts.length);
  });

  test('a fault with a topic acts on that topic alone', async () => {
    const simulator = await running({ faults: 'drop.ticker=1', symbols: ['BTC-USDT'] });
    const me = await client(simulator);
    for (const path of ['/market/ticker', '/market/level2']) {
      await me.command('subscribe', `${path}:BTC-USDT`);
    }
    simulator.step(50);
    await me.ping();
    expect(me.level2('BTC-USDT')).toHaveLength(50);
    expect(me.messages.some(({ subject }) => subject === 'trade.ticker')).toBe(false);
    expect(simulator.log.entries.every(({ subject }) => subject === 'ticker')).toBe(true);
    expect(simulator.log.total).toBeGreaterThan(0);
  });

  test('the same seed does the same faults', async () => {
    const record = async (seed: number): Promise<readonly FaultEntry[]> => {
      const clock = new ManualClock(START_MS);
      const faults = 'drop=0.02,dup=0.02,reorder=0.02,garbage=0.02,truncate=0.02';
      const simulator = await running({ faults, seed, clock, timers: clock, rate: 1_000 });
      const me = await client(simulator);
      await me.command('subscribe', `/market/level2:${simulator.symbols.join(',')}`);
      clock.advance(1_000);
      return simulator.log.entries;
    };
    const seed = testSeed() % 1_000_000;
    const first = await record(seed);
    expect(first.length).toBeGreaterThan(20);
    expect(await record(seed)).toEqual(first);
  });
});

describe('connection faults', () => {
  test('disconnect ends each connection in time; all that was sent before arrives', async () => {
    const clock = new ManualClock(START_MS);
    const faults = 'disconnect=every:5s';
    const simulator = await running({ clock, timers: clock, rate: 500, faults });
    for (const number of [1, 2]) {
      const me = await client(simulator);
      await me.command('subscribe', `/market/level2:${simulator.symbols.join(',')}`);
      clock.advance(4_999);
      expect(simulator.counts().connections).toHaveLength(1);
      clock.advance(1);
      expect(await me.closed()).toBe(1000);
      expect(simulator.log.entries.at(-1)).toMatchObject({
        fault: 'disconnect',
        connection: number,
      });
      expect(gapsIn(me.level2('BTC-USDT'))).toEqual([]);
      expect(me.texts.length).toBeGreaterThan(1_000);
      await me.closed();
    }
    const { sent, undelivered, connectionsClosed } = simulator.counts();
    expect(sent).toBeGreaterThan(2_000);
    expect(undelivered).toBe(0);
    expect(connectionsClosed).toMatchObject({ fault: 2 });
  });

  test('after acts once, on the first connection that gets so old', async () => {
    const clock = new ManualClock(START_MS);
    const simulator = await running({ clock, timers: clock, faults: 'reset=after:1s' });
    const first = await client(simulator);
    clock.advance(1_000);
    expect(await first.closed()).toBe(1006);
    const second = await client(simulator);
    clock.advance(10_000);
    await second.ping();
  });

  test('a frozen connection answers pings and tells nothing; the log says what it missed', async () => {
    const clock = new ManualClock(START_MS);
    const faults = 'freeze=after:1s/for:2s';
    const symbols = ['BTC-USDT'];
    const simulator = await running({ clock, timers: clock, rate: 200, faults, symbols });
    const me = await client(simulator);
    for (const path of ['/market/level2', '/market/ticker']) {
      await me.command('subscribe', `${path}:BTC-USDT`);
    }
    clock.advance(1_000);
    await me.ping();
    const seen = me.texts.length;
    clock.advance(1_999);
    await me.ping();
    expect(me.texts.length).toBe(seen + 1);
    clock.advance(1_000);
    await me.ping();
    const [gap] = gapsIn(me.level2('BTC-USDT'));
    const [, omitted, others] = simulator.log.entries;
    expect(omitted).toMatchObject({ subject: 'BTC-USDT', sequenceStart: gap?.from });
    expect(omitted?.sequenceEnd).toBe(gap?.to);
    expect(others).toMatchObject({ subject: 'others', omitted: expect.any(Number) });
    expect(gapsIn(me.level2('BTC-USDT'))).toHaveLength(1);
  });

  test('a half-open connection is deaf and mute, and stays open', async () => {
    const clock = new ManualClock(START_MS);
    const faults = 'halfopen=after:1s';
    const simulator = await running({ clock, timers: clock, rate: 200, faults });
    const me = await client(simulator);
    await me.command('subscribe', '/market/ticker:all');
    clock.advance(1_000);
    const { sent } = simulator.counts();
    await waitFor(() => me.texts.length === sent, { what: 'what was sent before' });
    me.ask({ id: 'lost', type: 'ping' });
    clock.advance(60_000);
    const witness = await client(simulator);
    await witness.ping();
    expect(me.closeCode).toBeUndefined();
    expect(me.texts).toHaveLength(sent);
    expect(simulator.counts().connections).toHaveLength(2);
  });

  test('slow-ack delays the ack, not the data', async () => {
    const clock = new ManualClock(START_MS);
    const simulator = await running({ clock, timers: clock, faults: 'slow-ack=300ms' });
    const me = await client(simulator);
    me.ask({ id: 's', type: 'subscribe', topic: '/market/level2:BTC-USDT', response: true });
    await me.ping();
    simulator.step(20, 'BTC-USDT');
    await me.ping();
    expect(me.level2('BTC-USDT')).toHaveLength(20);
    expect(me.messages.some(({ type }) => type === 'ack')).toBe(false);
    clock.advance(300);
    await me.until(({ type, id }) => type === 'ack' && id === 's', 'the ack');
  });
});

describe('REST faults', () => {
  test('stall-rest answers late, with a book of the later time', async () => {
    const clock = new ManualClock(START_MS);
    const faults = 'stall-rest=2s';
    const simulator = await running({ clock, timers: clock, faults });
    let answered = false;
    const path = '/api/v1/timestamp';
    const pending = call(simulator.url, path).finally(() => (answered = true));
    await waitFor(() => simulator.log.total === 1, { what: 'the request' });
    clock.advance(1_999);
    expect(answered).toBe(false);
    clock.advance(1);
    expect((await pending).data).toBe(START_MS + 2_000);
    expect(simulator.log.entries).toMatchObject([{ fault: 'stall-rest', subject: path }]);
  });

  test('rest-error answers with the venue’s error of that status', async () => {
    const { url } = await running({ faults: 'rest-error=1:503' });
    const answer = await call(url, '/api/v1/timestamp');
    expect(answer).toMatchObject({ status: 503, code: '500000' });
    const limited = await running({ faults: 'rest-error=1:429' });
    expect(await call(limited.url, '/api/v1/timestamp')).toMatchObject({
      status: 429,
      code: '429000',
    });
  });
});
