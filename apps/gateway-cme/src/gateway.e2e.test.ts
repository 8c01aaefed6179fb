// Goal: the gateway takes an exchange's channel from nothing to right books, through loss, resets
// and its own death, and every packet and tick is accounted for. Method: a real process, real
// multicast and TCP on loopback, the simulator in this process, the ring read from outside.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StreamState, stampFromMs } from '@tickwire/core';
import { connectBus, controlSubject, startEmbeddedBroker } from '@tickwire/io-bus';
import { parseCmeFaults, renderCapture } from '@tickwire/sim-cme';
import { startProcess, temporaryDirectory, testSeed, waitFor } from '@tickwire/testing';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';
import { environmentOf } from '../test/gateway-environment.ts';
import {
  accountsOf,
  countOf,
  expectBalance,
  gapsOf,
  ledgerOf,
  readRing,
  sentPackets,
  setUp,
  stopInOrder,
  untilLive,
  untilRepaired,
} from '../test/gateway-harness.ts';
import { mdpPacket } from '../test/mdp-packets.ts';
import { configXmlOf, testChannels } from '../test/test-channels.ts';

const INSTRUMENTS = 20;
const RINGS = ['cme.0', 'cme.1', 'cme.2'];

describe('the gateway', { timeout: 60_000 }, () => {
  test.each(['recvmmsg', 'dgram'])(
    'by %s comes to live books, all packets counted',
    async (kind) => {
      const { simulator, ringDir, gateway, endMarket } = await setUp({
        gateway: { TICKWIRE_CME_SOURCE: kind, TICKWIRE_CME_ORDERS: '1' },
      });
      await untilLive(gateway);
      const before = sentPackets(simulator);
      await waitFor(() => sentPackets(simulator) > before + 1_000, { what: '1,000 packets more' });
      await endMarket();
      const taken = (): number => accountsOf(ringDir).hop('cme.parse').in;
      let last = -1;
      const isQuiet = (): boolean => taken() === last || ((last = taken()), false);
      await waitFor(isQuiet, { what: 'the last packet', everyMs: 50 });
      await stopInOrder(gateway);
      expectBalance(ringDir);
      const { values, hop } = accountsOf(ringDir);
      const legs = ['A', 'B'].map((leg) => values.get(`count/cme.310.${leg}.received`) ?? 0);
      const received = legs[0]! + legs[1]!;
      // The lines were joined one after the other: the first may have brought some more.
      const { delivered = 0, duplicate = 0, ...others } = hop('cme.parse').parts;
      expect(Number(delivered) + Number(duplicate)).toBe(received);
      expect(Number(delivered)).toBe(Math.max(...legs));
      expect(new Set(Object.values(others))).toEqual(new Set([0]));
      expect(hop('cme.wire')).toMatchObject({ in: received, out: received });
      expect(hop('cme.wire').dropped).toEqual({ kernel: 0, cut: 0, unread: 0, killed: 0 });
      expect(values.get('count/gaps')).toBe(0);
      expect(values.get('gauge/streams.live')).toBe(INSTRUMENTS);
      const ticks = readRing(ringDir);
      expect(hop('cme.normalise').out).toBe(ticks.length);
      expect(ticks.every(({ flags }) => (flags & TickFlag.Simulated) !== 0)).toBe(true);
      expect(new Set(ticks.map(({ kind: of }) => of))).toContain(TickKind.Level);
      expect(new Set(ticks.map(({ kind: of }) => of))).toContain(TickKind.Order);
      // Every instrument that the exchange has is in the directory and traded or quoted.
      expect(new Set(ticks.map(({ symbol }) => symbol)).size).toBeGreaterThanOrEqual(INSTRUMENTS);
    },
  );

  test.each(['recvmmsg', 'dgram'])('by %s takes no packets of strangers', async (kind) => {
    const { simulator, ringDir, gateway } = await setUp({
      gateway: { TICKWIRE_CME_SOURCE: kind, TICKWIRE_CME_SENDERS: 'listed' },
    });
    await untilLive(gateway);
    const stranger = createSocket('udp4');
    onTestFinished(() => void stranger.close());
    stranger.bind(0, '127.0.0.2');
    await once(stranger, 'listening');
    stranger.setMulticastInterface('127.0.0.1');
    const lines = simulator.channels[0]!.plan.endpoints.filter(({ feed }) => feed === 'I');
    for (const { address, port } of lines) {
      for (let sequence = 1_000_000; sequence < 1_000_050; sequence++) {
        stranger.send(mdpPacket({ sequence, template: 12 }), port, address);
      }
    }
    const before = sentPackets(simulator);
    await waitFor(() => sentPackets(simulator) > before + 500, { what: '500 packets more' });
    await stopInOrder(gateway);
    expectBalance(ringDir);
    expect([countOf(ringDir, 'doubtful'), gapsOf(ringDir)]).toEqual([0, 0]);
    expect(accountsOf(ringDir).hop('cme.parse').parts).toMatchObject({ 'out-of-window': 0 });
  });

  test('repairs what both lines lose, by replay, and says so in ring and ledger', async () => {
    const { simulator, ringDir, dataDir, gateway } = await setUp();
    await untilLive(gateway);
    simulator.setFaults('drop=0.05');
    await waitFor(() => countOf(ringDir, 'replaysComplete') > 0, { what: 'a replay' });
    simulator.setFaults('');
    await untilRepaired({ ringDir, dataDir });
    await stopInOrder(gateway);
    expectBalance(ringDir);
    const states = readRing(ringDir).filter(({ kind }) => kind === TickKind.Stream);
    expect(states.some(({ state }) => state === StreamState.Gap)).toBe(true);
    const { opened, repaired } = ledgerOf(dataDir);
    expect(opened.length).toBe(gapsOf(ringDir));
    expect(repaired).toEqual(opened);
  });

  test('goes on by snapshots where the replay service refuses', async () => {
    const { simulator, ringDir, dataDir, gateway } = await setUp();
    await untilLive(gateway);
    const snapshots = countOf(ringDir, 'snapshots');
    simulator.setFaults('drop=0.05,replay-refuse=1');
    await waitFor(() => countOf(ringDir, 'replaysFailed') > 0, { what: 'a refused replay' });
    simulator.setFaults('');
    await untilRepaired({ ringDir, dataDir });
    await stopInOrder(gateway);
    expectBalance(ringDir);
    expect(countOf(ringDir, 'snapshots')).toBeGreaterThan(snapshots);
    expect(accountsOf(ringDir).values.get('gauge/streams.live')).toBe(INSTRUMENTS);
  });

  test('killed and started again goes on in its ring, and accounts for what was in its hands', async () => {
    const { ringDir, gateway, startGateway } = await setUp();
    await untilLive(gateway);
    gateway.child.kill('SIGKILL');
    await gateway.ended;
    const next = startGateway();
    await next.ready();
    await untilLive(next);
    await stopInOrder(next);
    expectBalance(ringDir);
    const states = readRing(ringDir).filter(({ kind }) => kind === TickKind.Stream);
    expect(states.length).toBeGreaterThan(2);
  });

  test('its packet thread runs where it is told to, the others where they did', async () => {
    const cpu = cpusOf('/proc/self').split(/[-,]/).at(-1) ?? '0';
    const { gateway } = await setUp({ gateway: { TICKWIRE_CME_CPU: cpu } });
    const tasks = `/proc/${gateway.pid}/task`;
    const cpus = readdirSync(tasks).map((id) => [
      readFileSync(join(tasks, id, 'comm'), 'utf8').startsWith('gateway-cme-pa'),
      cpusOf(join(tasks, id)),
    ]);
    expect(cpus.filter(([isPacketThread]) => isPacketThread)).toEqual([[true, cpu]]);
    const others = new Set(cpus.filter(([isPacketThread]) => !isPacketThread).map(([, of]) => of));
    expect([...others]).toEqual([cpusOf('/proc/self')]);
    await stopInOrder(gateway);
  });

  test('gives each channel a ring, and tells on request what each is at', async () => {
    const broker = await startEmbeddedBroker();
    onTestFinished(() => broker.close());
    const bus = await connectBus({ servers: broker.url, name: 'asker' });
    onTestFinished(() => bus.drain(0));
    const { ringDir, gateway } = await setUp({
      channels: testChannels(3),
      gateway: { TICKWIRE_PARTITIONS: '3', TICKWIRE_NATS_URL: broker.url },
    });
    await untilLive(gateway);
    const subject = controlSubject('gateway-cme', 'status');
    const answer = await waitFor(
      () => bus.request(subject, '{}', { timeoutMs: 2_000 }).catch(() => undefined),
      { what: 'the gateway on the bus' },
    );
    const status = JSON.parse(new TextDecoder().decode(answer.data)) as {
      channels: { channel: number; state: string; books: { live: number } }[];
    };
    expect(status.channels.map(({ channel, state }) => [channel, state])).toEqual([
      ...[
        [310, 'live'],
        [311, 'live'],
        [312, 'live'],
      ],
    ]);
    expect(status.channels.map(({ books }) => books.live)).toEqual(Array(3).fill(INSTRUMENTS));
    await stopInOrder(gateway);
    expectBalance(ringDir);
    const symbols = RINGS.map(
      (name) => new Set(readRing(ringDir, name).map(({ symbol }) => symbol)).size,
    );
    // The ring itself is one of them.
    expect(symbols).toEqual(Array(3).fill(INSTRUMENTS + 1));
    const streams = RINGS.map(
      (name) => new Set(readRing(ringDir, name).map(({ publisher }) => publisher)),
    );
    expect(streams.map((publishers) => [310, 311, 312].filter((id) => publishers.has(id)))).toEqual(
      [...[[310], [311], [312]]],
    );
  });

  test('plays captures, as fast as it goes', async () => {
    const { ringDir, dataDir, environment, packets } = capture();
    const gateway = startProcess({ script: 'apps/gateway-cme/src/main.ts', env: environment });
    await gateway.ready();
    const received = (): number => accountsOf(ringDir).hop('cme.parse').in;
    await waitFor(() => received() === packets, { what: 'all packets of the capture' });
    await stopInOrder(gateway);
    expectBalance(ringDir);
    const ticks = readRing(ringDir);
    expect(ticks.some(({ kind }) => kind === TickKind.Level)).toBe(true);
    const data = ticks.filter(({ kind }) => kind !== TickKind.Clock);
    expect(data.every(({ flags }) => (flags & TickFlag.Replayed) !== 0)).toBe(true);
    expect(existsSync(join(dataDir, 'ledger'))).toBe(true);
  });

  test.each([
    ['no files to play', { TICKWIRE_CME_SOURCE: 'pcap' }, 'BAD_CONFIG'],
    [
      'an interface that is not there',
      { TICKWIRE_CME_INTERFACE: '198.51.100.77', TICKWIRE_PARTITIONS: '3' },
      'NO_ADDRESS',
    ],
    ['fewer rings than channels', { TICKWIRE_PARTITIONS: '2' }, 'TOO_FEW_RINGS'],
    [
      'a real-time thread that never sleeps',
      { TICKWIRE_CME_PRIORITY: 'realtime', TICKWIRE_CME_RECEIVE: 'spin' },
      'BAD_CONFIG',
    ],
    [
      'a CPU that it may not use',
      { TICKWIRE_CME_CPU: '1023', TICKWIRE_PARTITIONS: '3' },
      'BAD_ARGUMENT',
    ],
  ])('does not start with %s, and says why', async (_, wrong, code) => {
    const [ringDir, dataDir] = [temporaryDirectory({ shared: true }), temporaryDirectory()];
    const configXml = join(dataDir, 'config.xml');
    writeFileSync(configXml, configXmlOf(testChannels(3)));
    const environment = environmentOf({ ringDir, dataDir, configXml });
    const gateway = startProcess({
      ...{ script: 'apps/gateway-cme/src/main.ts', env: { ...environment, ...wrong } },
    });
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(gateway.messages).toContainEqual(expect.objectContaining({ type: 'failed', code }));
  });
});

/** The CPUs that a thread may use, as `0-3`. @param path - Of it in /proc. */
function cpusOf(path: string): string {
  const status = readFileSync(join(path, 'status'), 'utf8');
  return /^Cpus_allowed_list:\s+(\S+)$/m.exec(status)?.[1] ?? '';
}

/** A capture of the exchange, and the environment of a gateway that plays it. */
function capture() {
  const ringDir = temporaryDirectory({ name: 'gateway-ring', shared: true });
  const dataDir = temporaryDirectory({ name: 'gateway-data' });
  const [configXml, file] = [join(dataDir, 'config.xml'), join(dataDir, 'market.pcap')];
  const channels = testChannels();
  const pieces: Uint8Array[] = [];
  const start = { hi: 0, lo: 0 };
  stampFromMs(1_790_000_000_000, start);
  const { lines } = renderCapture({
    ...{ channels, instrumentsPerChannel: INSTRUMENTS, durationMs: 5_000, rate: 500, start },
    ...{ seed: String(testSeed()), faults: parseCmeFaults('') },
    write: (piece) => void pieces.push(piece),
  });
  writeFileSync(file, Buffer.concat(pieces));
  writeFileSync(configXml, configXmlOf(channels));
  const environment = {
    ...environmentOf({ ringDir, dataDir, configXml }),
    TICKWIRE_CME_SOURCE: 'pcap',
    TICKWIRE_CME_PCAP_FILES: JSON.stringify([file]),
    TICKWIRE_CME_PCAP_PACE: 'maximum',
  };
  const incremental = lines.filter(({ feed }) => feed === 'I');
  const packets = incremental.reduce((sum, { delivered }) => sum + delivered, 0);
  return { ringDir, dataDir, environment, packets };
}
