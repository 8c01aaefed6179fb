// Goal: a live client does what its page says when the server, the program or the user is against
// it. Method: the client in this process, the simulator as the vendor.
import { getEventListeners } from 'node:events';
import { ErrorCode, LiveClient, LiveClientError, TradeRecord } from '@tickwire/databento';
import type { LiveClientOptions, LiveMessage, SessionEvent } from '@tickwire/databento';
import { SIMULATED_KEY, startDatabentoSimulator } from '@tickwire/sim-databento';
import { testSeed, waitFor } from '@tickwire/testing';
import { expect, onTestFinished, test } from 'vitest';

const DATASET = 'GLBX.MDP3';

async function setUp({ faults = '', rate = 2_000, ...options }: Setup = {}) {
  const simulator = await startDatabentoSimulator({ seed: String(testSeed()), rate, faults });
  onTestFinished(() => simulator.close());
  const url = `tcp://127.0.0.1:${simulator.port}`;
  const client = new LiveClient({ dataset: DATASET, key: SIMULATED_KEY, url, ...options });
  onTestFinished(() => client.stop(0));
  client.subscribe({ schema: 'trades', symbols: 'ALL_SYMBOLS' });
  return { simulator, client };
}
type Setup = Partial<LiveClientOptions> & { readonly faults?: string; readonly rate?: number };

/** Takes so many messages. */
async function take(client: AsyncIterable<LiveMessage>, count: number): Promise<LiveMessage[]> {
  const messages: LiveMessage[] = [];
  for await (const message of client) {
    messages.push(message);
    if (messages.length === count) break;
  }
  return messages;
}

test('what cannot be done is an error with a code, before anything is dialed', () => {
  expect(() => new LiveClient({ dataset: DATASET, key: '' })).toThrow(
    expect.objectContaining({ code: 'NO_KEY' }),
  );
  const client = new LiveClient({ dataset: DATASET, key: SIMULATED_KEY });
  expect(() => client.start()).toThrow(expect.objectContaining({ code: 'NO_SUBSCRIPTION' }));
  client.subscribe({ schema: 'trades', symbols: 'a,b' });
  expect(() => client.start()).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  const short = new LiveClient({ dataset: DATASET, key: 'db-1' });
  short.subscribe({ schema: 'trades', symbols: 'ESZ6' });
  expect(() => short.start()).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
});

test.each<[string, object]>([
  ['url', { url: 'localhost:13000' }],
  ['url', { url: 'tcp://localhost' }],
  ['queueBytesMax', { queueBytesMax: Number.NaN }],
  ['start', { start: 1_700_000_000 }],
  ['start', { start: -1n }],
])('an option %s that cannot be meant is refused: %o', (field, option) => {
  expect(() => new LiveClient({ dataset: DATASET, key: SIMULATED_KEY, ...option })).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', field }),
  );
});

test('a symbol that there is none of is told with its code, and the rest goes on', async () => {
  const events: SessionEvent[] = [];
  const { client } = await setUp({ onEvent: (event) => events.push(event) });
  client.subscribe({ schema: 'trades', symbols: 'NOPE' });
  await take(client, 50);
  expect(events).toContainEqual({
    ...{ kind: 'vendor-error', connection: 1, code: ErrorCode.SymbolResolutionFailed },
    detail: expect.stringContaining('NOPE'),
  });
});

test('messages are given to one loop; subscriptions are made before', async () => {
  const { client } = await setUp();
  const messages = await take(client, 50);
  expect(messages[0]).toEqual({ type: 'state', state: 'live' });
  const trades = messages.flatMap((each) => (each.type === 'trade' ? [each] : []));
  expect(trades.every(({ record }) => record instanceof TradeRecord)).toBe(true);
  expect(trades.every(({ symbol }) => symbol !== undefined)).toBe(true);
  const sequences = trades.map(({ record }) => record.sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  expect(client.state).toBe('closed');
  expect(() => client[Symbol.asyncIterator]()).toThrow(LiveClientError);
  expect(() => client.subscribe({ schema: 'mbo', symbols: 'ESZ6' })).toThrow(LiveClientError);
});

test('a key that the server refuses ends the loop with its words', async () => {
  const { client } = await setUp({ faults: 'refuse-auth=1' });
  await expect(take(client, 9)).rejects.toThrow(
    expect.objectContaining({ code: 'REFUSED', message: expect.stringMatching(/failed/i) }),
  );
  expect(client.state).toBe('closed');
  await expect(client.finished()).rejects.toThrow(expect.objectContaining({ code: 'REFUSED' }));
});

test('an aborted signal ends it with its reason', async () => {
  const aborter = new AbortController();
  const { client } = await setUp({ signal: aborter.signal });
  const taking = take(client, 1e9);
  await waitFor(() => client.state === 'live', { what: 'the session' });
  aborter.abort(new Error('enough'));
  await expect(taking).rejects.toThrow('enough');
  expect(client.state).toBe('closed');
});

test('a loop that stands still holds the sockets, and loses nothing', async () => {
  const queueBytesMax = 64 * 1_024;
  const { client, simulator } = await setUp({ rate: 100_000, queueBytesMax });
  client.start();
  await waitFor(() => client.queuedBytes > queueBytesMax, { what: 'a full queue' });
  const held = client.queuedBytes;
  // More than is in the way: kernel buffers are full, the simulator is behind.
  await waitFor(() => simulator.reports().some(({ behind }) => behind > 0), {
    ...{ what: 'a server that waits', deadlineMs: 20_000 },
  });
  expect(client.queuedBytes).toBeLessThan(held + 8 * 1_024 * 1_024);
  simulator.setRate(0);
  // A check of each of 90,000 records by `expect` would take longer than the records.
  let [last, count, disordered] = [0, 0, 0];
  const isSent = (): boolean => simulator.reports().every(({ behind }) => behind === 0);
  const sent = (): number =>
    simulator.reports().reduce((sum, report) => sum + (report.sent['trades'] ?? 0), 0);
  for await (const message of client) {
    if (message.type !== 'trade') continue;
    // A trade with several orders has one sequence.
    if (message.record.sequence < last) disordered += 1;
    last = message.record.sequence;
    count += 1;
    // Ends when all has come: with one lost, never.
    if (isSent() && count === sent()) break;
  }
  expect(disordered).toBe(0);
  expect(client.counts?.merged.notHeld).toBe(0);
});

test('onRecord gets records in place; what it throws ends the client', async () => {
  let records = 0;
  const { client } = await setUp({
    onRecord: (record, symbol) => {
      expect([record.rtype, typeof symbol]).toEqual([0, 'string']);
      records += 1;
      if (records === 100) throw new Error('no more');
    },
  });
  client.start();
  await expect(client.finished()).rejects.toThrow('no more');
  expect(client.state).toBe('closed');
  expect(records).toBe(100);
  expect(() => client[Symbol.asyncIterator]()).toThrow(LiveClientError);
});

test('what onEvent throws ends the client, and no connection', async () => {
  const onEvent = (): never => {
    throw new Error('no log');
  };
  const { client, simulator } = await setUp({ onEvent });
  await expect(take(client, 1e9)).rejects.toThrow('no log');
  await waitFor(() => simulator.reports().length > 0, { what: 'a session' });
  expect(simulator.reports()).toHaveLength(1);
});

test('it may be stopped by several at once; the signal forgets it', async () => {
  const { signal } = new AbortController();
  const { client } = await setUp({ signal });
  client.start();
  await waitFor(() => client.state === 'live', { what: 'the session' });
  await Promise.all([client.stop(), client.stop(), client.finished()]);
  expect(client.state).toBe('closed');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('stopped before it was started, it is not started any more', async () => {
  const { client, simulator } = await setUp();
  await client.stop();
  expect(() => client.start()).toThrow(expect.objectContaining({ code: 'STOPPED' }));
  expect(() => client[Symbol.asyncIterator]()).toThrow(LiveClientError);
  expect(simulator.reports()).toEqual([]);
});
