// Goal: the gateway comes back from whatever the vendor and the network do, with each record once
// and in order, and accounts for every record and tick. Method: a real process, real TCP, the
// simulator with its faults in this process, the ring read from outside and compared with a plain
// replay by another client.
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { StreamReason, StreamState, hopImbalance } from '@tickwire/core';
import { connectBus, controlSubject, startEmbeddedBroker } from '@tickwire/io-bus';
import { readDbn } from '@tickwire/io-dbn-file';
import { SIMULATED_KEY } from '@tickwire/sim-databento';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { DbnEncoder, TIME_OPEN } from '@tickwire/wire-dbn';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SCRIPT, environmentOf } from '../test/gateway-environment.ts';
import {
  accountsOf,
  expectBalance,
  expectOnceAndInOrder,
  ledgerOf,
  readRing,
  settle,
  setUp,
  stopInOrder,
  untilCount,
  untilTicks,
} from '../test/gateway-harness.ts';

const WELCOME = 'lsg_version=1\ncram=x\nsuccess=1|session_id=1\n';
const ORDERS = {
  TICKWIRE_DATABENTO_SCHEMAS: 'trades,mbo',
  TICKWIRE_DATABENTO_SNAPSHOT: '0',
};

describe('the gateway', { timeout: 60_000 }, () => {
  test('publishes all schemas, definitions before prices, all records counted', async () => {
    const schemas =
      'trades,mbp-1,mbp-10,mbo,tbbo,bbo-1s,ohlcv-1s,statistics,status,imbalance,definition';
    const under = await setUp({ gateway: { TICKWIRE_DATABENTO_SCHEMAS: schemas } });
    const { ringDir, simulator } = under;
    await waitFor(() => new Set(readRing(ringDir).map(({ kind }) => kind)).size >= 10, {
      what: 'ticks of all kinds',
      deadlineMs: 30_000,
    });
    await settle(under);
    expectBalance(ringDir);
    const { hop } = accountsOf(ringDir);
    expect(hop('databento.parse').parts).toMatchObject({ definition: 8, error: 0 });
    const ticks = readRing(ringDir);
    expect(hop('databento.normalise').out).toBe(ticks.length);
    expect(ticks.every(({ flags }) => (flags & TickFlag.Simulated) !== 0)).toBe(true);
    const kinds = new Set(ticks.map(({ kind }) => kind));
    for (const kind of [
      ...[TickKind.Trade, TickKind.Quote, TickKind.Level, TickKind.Order, TickKind.Clear],
      ...[TickKind.Stat, TickKind.Imbalance, TickKind.BarPrice, TickKind.BarVolume],
    ]) {
      expect(kinds, 'kinds of ticks').toContain(kind);
    }
    const sent = simulator.reports().reduce((sum, report) => {
      return sum + report.notices + Object.values(report.sent).reduce((a, b) => a + b, 0);
    }, 0);
    expect(hop('databento.wire').out, 'records sent, and taken').toBe(sent);
  });

  test.each(['none', 'zstd'])('compression %s: each record once, in order', async (compression) => {
    const under = await setUp({
      rate: 5_000,
      gateway: { ...ORDERS, TICKWIRE_DATABENTO_COMPRESSION: compression },
    });
    await untilTicks(under.ringDir, 10_000);
    await settle(under);
    expectBalance(under.ringDir);
    await expectOnceAndInOrder(under);
  });

  test.each([
    ['resets', 'reset=every:700ms', 'none'],
    ['ends in the middle of records', 'cut=every:700ms', 'none'],
    ['ends in the middle of frames of zstd', 'cut=every:700ms', 'zstd'],
    ['skips of a slow reader', 'skip=every:1500ms', 'none'],
    ['restarts of the vendor', 'restart=every:2s', 'none'],
    ['a clock that jumps', 'clock-jump=every:1s/by:700ms', 'none'],
  ])('comes back from %s: each record once, in order', async (_, faults, compression) => {
    const gateway = { ...ORDERS, TICKWIRE_DATABENTO_COMPRESSION: compression };
    const under = await setUp({ rate: 3_000, faults, gateway });
    const { ringDir, simulator } = under;
    await untilTicks(ringDir, 12_000);
    await waitFor(() => simulator.faultLog.total >= 3, { what: '3 faults', deadlineMs: 30_000 });
    simulator.setFaults('');
    await untilTicks(ringDir, 2_000);
    await settle(under);
    expectBalance(ringDir);
    await expectOnceAndInOrder(under);
    const idsOf = (wanted: string): number[] =>
      ledgerOf(under.dataDir).flatMap(({ id, state }) => (state === wanted ? [id] : []));
    expect(idsOf('repaired')).toEqual(idsOf('open'));
  });
});

describe('a hostile vendor', { timeout: 60_000 }, () => {
  test('half-open: noticed after the heartbeat and its grace, then repaired', async () => {
    const under = await setUp({ gateway: ORDERS });
    const { simulator, ringDir } = under;
    await untilTicks(ringDir, 500);
    simulator.setFaults('halfopen=after:1ms');
    await waitFor(() => simulator.faultLog.total > 0, { what: 'the silence' });
    simulator.setFaults('');
    await untilCount(ringDir, 'lost.silent', 1);
    await untilCount(ringDir, 'sessions', 2);
    await untilTicks(ringDir, 500);
    await settle(under);
    expectBalance(ringDir);
    await expectOnceAndInOrder(under);
    const reasons = readRing(ringDir)
      .filter(({ kind, state }) => kind === TickKind.Stream && state === StreamState.Recovering)
      .map(({ reason }) => reason);
    expect(reasons).toContain(StreamReason.HeartbeatMissed);
  });

  test('a key that is refused: counted, told without the key, tried again', async () => {
    const under = await setUp({ faults: 'refuse-auth=1', gateway: ORDERS });
    const { simulator, ringDir, gateway } = under;
    await untilCount(ringDir, 'lost.refused', 2);
    simulator.setFaults('');
    await untilTicks(ringDir, 100);
    await settle(under);
    expect(`${gateway.stdout}${gateway.stderr}`).toContain('Authentication failed');
    expect(`${gateway.stdout}${gateway.stderr}`).not.toContain(SIMULATED_KEY);
  });

  test('symbols that are not found are counted; the others come', async () => {
    const under = await setUp({
      instruments: 4,
      gateway: { ...ORDERS, TICKWIRE_SYMBOLS: 'NOBODY,ESZ6,NONE' },
    });
    const { simulator, ringDir } = under;
    const [first] = simulator.instruments;
    expect(first?.rawSymbol).toMatch(/^ES/);
    await untilCount(ringDir, 'symbolsRefused', 4); // two symbols, two schemas
    await settle(under);
    expectBalance(ringDir);
  });

  test.each<[string, Buffer]>([
    ['no lines at all', Buffer.alloc(8_192, 0x41)],
    ['a greeting without a challenge', Buffer.from('lsg_version=1\nhello\n')],
    ['a success, then no DBN', Buffer.from(`${WELCOME}not dbn at all, but something else`)],
    ['records of no length', Buffer.concat([Buffer.from(WELCOME), metadataOf(), Buffer.alloc(64)])],
  ])('a server that sends %s ends its own connection only', async (_, bytes) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.write(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const ringDir = temporaryDirectory({ name: 'gateway-ring', shared: true });
    const dataDir = temporaryDirectory({ name: 'gateway-data' });
    const env = environmentOf({ ringDir, dataDir }, port);
    const gateway = startProcess({ script: SCRIPT, env });
    await gateway.ready();
    await untilCount(ringDir, 'lost.protocol', 2);
    await stopInOrder(gateway);
    expectBalance(ringDir);
  });
});

describe('killed and started again', { timeout: 60_000 }, () => {
  test('goes on in its ring: what came meanwhile is replayed, nothing comes twice', async () => {
    const under = await setUp({ rate: 3_000, gateway: ORDERS });
    const { ringDir, dataDir, gateway, startGateway } = under;
    await untilTicks(ringDir, 3_000);
    gateway.child.kill('SIGKILL');
    await gateway.ended;
    const next = startGateway();
    await next.ready();
    await untilTicks(ringDir, 5_000);
    await settle(under, next);
    expectBalance(ringDir);
    await expectOnceAndInOrder(under);
    const [opened, repaired] = ledgerOf(dataDir);
    expect(opened).toMatchObject({ noticedBy: 'writer-restarted', state: 'open' });
    expect(repaired).toMatchObject({ state: 'repaired', repairedBy: 'replay' });
    expect(accountsOf(ringDir).hop('databento.normalise').dropped).toMatchObject({
      'already-published': expect.any(Number),
    });
  });

  test('books by order begin anew with a snapshot, and the ledger says so', async () => {
    const under = await setUp({
      gateway: { TICKWIRE_DATABENTO_SCHEMAS: 'trades,mbo', TICKWIRE_DATABENTO_BOOKS: '1' },
    });
    const { ringDir, dataDir, gateway, startGateway } = under;
    await untilTicks(ringDir, 1_000);
    gateway.child.kill('SIGKILL');
    await gateway.ended;
    const before = readRing(ringDir).length;
    const next = startGateway();
    await next.ready();
    await untilTicks(ringDir, 1_000);
    await settle(under, next);
    expectBalance(ringDir);
    await expectOnceAndInOrder(under, { schemas: ['trades'] });
    const since = readRing(ringDir).slice(before);
    const isSnapshot = ({ flags }: { flags: number }): boolean => (flags & TickFlag.Snapshot) !== 0;
    expect(since.filter(isSnapshot).some(({ kind }) => kind === TickKind.Clear)).toBe(true);
    expect(ledgerOf(dataDir).at(-1)).toMatchObject({ repairedBy: 'snapshot' });
    // Books are made of the orders behind it, and none of these contradicts its book.
    const orders = since.filter(({ kind }) => kind === TickKind.Order);
    expect(orders.length).toBeGreaterThan(100);
    expect(orders.filter(({ flags }) => (flags & TickFlag.SuspectBook) !== 0)).toEqual([]);
  });
});

describe('configuration', () => {
  const places = () => ({
    ringDir: temporaryDirectory({ name: 'gateway-ring', shared: true }),
    dataDir: temporaryDirectory({ name: 'gateway-data' }),
  });

  test.each([
    ['no key', { TICKWIRE_DATABENTO_API_KEY: '' }, /one of them is needed/],
    ['a short key', { TICKWIRE_DATABENTO_API_KEY: 'db-abc' }, /6 characters, and a key has 32/],
    ['two keys', { TICKWIRE_DATABENTO_API_KEY_FILE: '/k' }, /both set/],
    ['a schema that is none', { TICKWIRE_DATABENTO_SCHEMAS: 'mbq' }, /DATABENTO_SCHEMAS/],
    ['no JSON', { TICKWIRE_DATABENTO_SUBSCRIPTIONS: '[' }, /expected a JSON array/],
    ['no port', { TICKWIRE_DATABENTO_HOST: 'localhost' }, /host:port/],
  ])('%s is one sentence, and the key is not in it', async (_, extra, sentence) => {
    const env = { ...environmentOf(places(), 1), ...extra };
    const gateway = startProcess({ script: SCRIPT, env });
    expect((await gateway.ended).code).not.toBe(0);
    const told = `${gateway.stdout}${gateway.stderr}`;
    expect(told).toMatch(sentence);
    expect(told).not.toContain(SIMULATED_KEY);
  });

  test('a key file, and subscriptions one by one of several types of symbols', async () => {
    const key = join(temporaryDirectory({ name: 'gateway-key' }), 'key');
    writeFileSync(key, `${SIMULATED_KEY}\n`, { mode: 0o600 });
    const subscriptions = [
      { schema: 'trades', stypeIn: 'parent', symbols: ['ES.FUT'] },
      { schema: 'mbp-1', stypeIn: 'continuous', symbols: ['NQ.c.0'] },
    ];
    const under = await setUp({
      gateway: {
        TICKWIRE_DATABENTO_API_KEY: '',
        TICKWIRE_DATABENTO_API_KEY_FILE: key,
        TICKWIRE_DATABENTO_SUBSCRIPTIONS: JSON.stringify(subscriptions),
      },
    });
    await untilTicks(under.ringDir, 200);
    await settle(under);
    const quoted = readRing(under.ringDir).filter(({ kind }) => kind === TickKind.Quote);
    expect(new Set(quoted.map(({ symbol }) => symbol)).size).toBe(1);
    const traded = readRing(under.ringDir).filter(({ kind }) => kind === TickKind.Trade);
    expect(traded.some(({ symbol }) => symbol?.startsWith('ES'))).toBe(true);
  });
});

describe('a recording', { timeout: 60_000 }, () => {
  test('has every record that came, and the hop says so', async () => {
    const directory = temporaryDirectory({ name: 'gateway-recording' });
    const under = await setUp({
      rate: 2_000,
      gateway: { ...ORDERS, TICKWIRE_DATABENTO_RECORD_DIR: directory },
    });
    await untilTicks(under.ringDir, 3_000);
    await settle(under);
    const { hop } = accountsOf(under.ringDir);
    expect(hopImbalance(hop('databento.recording'))).toBe(0);
    expect(hop('databento.recording').out).toBe(hop('databento.wire').out);
    let records = 0;
    for (const name of readdirSync(directory)) {
      for await (const decoder of readDbn(join(directory, name)).pieces()) {
        while (decoder.next()) records += 1;
      }
    }
    expect(records).toBe(hop('databento.wire').out);
  });
});

describe('several rings', { timeout: 60_000 }, () => {
  test('each symbol is in one; status is told over the bus', async () => {
    const broker = await startEmbeddedBroker();
    onTestFinished(() => broker.close());
    const under = await setUp({
      gateway: { TICKWIRE_PARTITIONS: '3', TICKWIRE_NATS_URL: broker.url },
    });
    const { ringDir } = under;
    await untilTicks(ringDir, 2_000);
    const bus = await connectBus({ servers: broker.url, name: 'asker' });
    onTestFinished(() => bus.drain(0));
    const subject = controlSubject('gateway-databento', 'status');
    const answer = await waitFor(
      () => bus.request(subject, '{}', { timeoutMs: 2_000 }).catch(() => undefined),
      { what: 'the gateway on the bus' },
    );
    const status: unknown = JSON.parse(new TextDecoder().decode(answer.data));
    expect(status).toMatchObject({ state: 'live', session: { sessions: 1 } });
    await settle(under);
    expectBalance(ringDir);
    const rings = ['databento.0', 'databento.1', 'databento.2'];
    const symbols = rings.map((name) => [
      ...new Set(readRing(ringDir, name).flatMap(({ symbol }) => symbol ?? [])),
    ]);
    expect(symbols.flat().toSorted()).toEqual(
      under.simulator.instruments.map(({ rawSymbol }) => rawSymbol).toSorted(),
    );
  });
});

/** As a live session begins: any schema, no symbols. */
function metadataOf(): Uint8Array {
  const encoder = new DbnEncoder(new Uint8Array(1_024), { version: 3 });
  encoder.metadata({
    ...{ version: 3, dataset: 'GLBX.MDP3', schema: 0xffff, start: 0n, end: TIME_OPEN, limit: 0n },
    ...{ stypeIn: 0xff, stypeOut: 0, tsOut: false, symbolCstrLength: 71 },
    ...{ symbols: [], partial: [], notFound: [], mappings: [] },
  });
  return encoder.written;
}
