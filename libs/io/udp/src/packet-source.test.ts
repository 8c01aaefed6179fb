// Goal: both kinds of sockets give every packet of their lines, and nothing else, with its tag and
// a moment that can be; what is not given is counted. Method: real multicast on loopback.
import { createHostClock } from '@tickwire/ipc-shm';
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collector, pollUntil, testLine, testSender, LOOPBACK } from '../test/loopback.ts';
import type { TestLine } from '../test/loopback.ts';
import { DgramSource } from './dgram-source.ts';
import type { PacketHandler, PacketSource } from './packet-source.ts';
import { RecvmmsgSource } from './recvmmsg-source.ts';

interface OpenSource extends PacketSource {
  readonly ports: number[];
}

interface SourceSettings {
  readonly receiveBufferBytes?: number;
  readonly interfaceAddress?: string;
}

const clock = createHostClock();

const kinds = {
  recvmmsg: (lines: TestLine[], onPacket: PacketHandler, settings: SourceSettings) =>
    Promise.resolve(new RecvmmsgSource({ ...settings, lines, onPacket, clock })),
  dgram: (lines: TestLine[], onPacket: PacketHandler, settings: SourceSettings) =>
    DgramSource.open({ ...settings, lines, onPacket, clock }),
};

describe.each(['recvmmsg', 'dgram'] as const)('packets by %s', (kind) => {
  const open = async (
    lines: TestLine[],
    onPacket: PacketHandler,
    settings: SourceSettings = {},
  ): Promise<OpenSource> => {
    const source = await kinds[kind](lines, onPacket, { interfaceAddress: LOOPBACK, ...settings });
    onTestFinished(() => source.close());
    return source;
  };

  test('of several groups come with their tags, those of one line in order', async () => {
    const random = seededRandom(testSeed());
    const lines = [testLine(7, '239.192.81.1'), testLine(8, '239.192.81.2')];
    const { packets, onPacket } = collector();
    const source = await open(lines, onPacket, { receiveBufferBytes: 1_048_576 });
    const sender = await testSender();
    const sent: string[][] = [[], []];
    for (let index = 0; index < 200; index++) {
      const at = random() < 0.5 ? 0 : 1;
      const payload = `${index}`.padEnd(12 + Math.floor(random() * 1_400), '.');
      await sender.send({ address: lines[at]!.address, port: source.ports[at]! }, payload);
      sent[at]!.push(payload);
    }
    await pollUntil(source, () => packets.length === 200);
    const of = (tag: number): string[] =>
      packets.filter((one) => one.tag === tag).map(({ text }) => text);
    expect([of(7), of(8)]).toEqual(sent);
    lines.forEach(({ tallies }, at) => {
      const received = sent[at]!.length;
      expect(tallies.counts).toEqual({ received, kernelDropped: 0, cut: 0, unread: 0 });
    });
  });

  test('have a moment between their sending and now, on both clocks', async () => {
    const { packets, onPacket } = collector();
    const line = testLine(0, '239.192.81.3');
    const source = await open([line], onPacket);
    const sender = await testSender();
    const before = { ns: clock.monotonicNs(), ms: Date.now() };
    await sender.send({ address: line.address, port: source.ports[0]! }, 'one');
    await pollUntil(source, () => packets.length === 1);
    const [packet] = packets;
    // The two clocks are read apart, and the anchor between them is as old as the test.
    expect(packet?.recvNs).toBeGreaterThan(before.ns - 5e6);
    expect(packet?.recvNs).toBeLessThanOrEqual(source.nowNs());
    expect(packet?.wallMs).toBeGreaterThan(before.ms - 5);
    expect(packet?.wallMs).toBeLessThan(Date.now() + 5);
  });

  test('of others do not come: another group, the host itself, the same port', async () => {
    const { packets, onPacket } = collector();
    const line = testLine(0, '239.192.81.4');
    const source = await open([line], onPacket);
    const port = source.ports[0]!;
    const foreign = await open([testLine(1, '239.192.81.5', port)], collector().onPacket);
    const sender = await testSender();
    await sender.send({ address: '239.192.81.5', port }, 'foreign');
    await sender.send({ address: LOOPBACK, port }, 'unicast').catch(() => undefined);
    await sender.send({ address: line.address, port }, 'own');
    await pollUntil(source, () => packets.length > 0);
    source.poll(0);
    expect(packets.map(({ text }) => text)).toEqual(['own']);
    foreign.close();
  });

  test('that are too long are counted, and the next one comes', async () => {
    const { packets, onPacket } = collector();
    const line = testLine(0, '239.192.81.6');
    const source = await open([line], onPacket);
    const sender = await testSender();
    const to = { address: line.address, port: source.ports[0]! };
    await sender.send(to, new Uint8Array(2_049));
    await sender.send(to, new Uint8Array(0));
    await sender.send(to, 'next');
    await pollUntil(source, () => packets.length === 2);
    expect(packets.map(({ text }) => text)).toEqual(['', 'next']);
    expect(line.tallies.counts).toEqual({ received: 3, kernelDropped: 0, cut: 1, unread: 0 });
  });

  test('cannot be had on an interface that is not there: nothing stays open', async () => {
    const lines = [testLine(0, '239.192.81.7')];
    const opening = open(lines, collector().onPacket, { interfaceAddress: '198.51.100.77' });
    const code = kind === 'dgram' ? 'BAD_LINE' : 'NO_ADDRESS';
    await expect(opening).rejects.toThrow(expect.objectContaining({ code }));
  });

  test('do not come any more when it is closed, twice as well', async () => {
    const { packets, onPacket } = collector();
    const source = await open([testLine(0, '239.192.81.8')], onPacket);
    source.close();
    source.close();
    expect(source.poll(0)).toBe(0);
    expect(packets).toEqual([]);
  });
});

describe('what is lost at a socket', () => {
  test('sent = received + dropped by the kernel, after every burst', async () => {
    const random = seededRandom(testSeed());
    const { packets, onPacket } = collector();
    const line = testLine(0, '239.192.82.1');
    const source = new RecvmmsgSource({
      ...{ lines: [line], onPacket, clock, interfaceAddress: LOOPBACK, receiveBufferBytes: 8_192 },
    });
    onTestFinished(() => source.close());
    const sender = await testSender();
    const to = { address: line.address, port: source.ports[0]! };
    let sent = 0;
    for (let burst = 0; burst < 20; burst++) {
      const packetsOfBurst = 1 + Math.floor(random() * 60);
      for (let at = 0; at < packetsOfBurst; at++) await sender.send(to, new Uint8Array(900));
      sent += packetsOfBurst;
      while (source.poll(0) > 0);
      source.refresh();
      const { received, kernelDropped } = line.tallies.counts;
      expect(received + kernelDropped).toBe(sent);
    }
    expect(line.tallies.counts.kernelDropped).toBeGreaterThan(0);
    expect(packets).toHaveLength(line.tallies.counts.received);
  });

  test('a queue that is not emptied drops what comes last, and counts it', async () => {
    const { packets, onPacket } = collector();
    const line = testLine(0, '239.192.82.2');
    const source = await DgramSource.open({
      ...{ lines: [line], onPacket, clock, interfaceAddress: LOOPBACK, queuePackets: 3 },
    });
    onTestFinished(() => source.close());
    const sender = await testSender();
    const to = { address: line.address, port: source.ports[0]! };
    for (let index = 0; index < 5; index++) await sender.send(to, `${index}`);
    while (line.tallies.counts.received < 5) await new Promise((turn) => setImmediate(turn));
    source.poll();
    expect(packets.map(({ text }) => text)).toEqual(['0', '1', '2']);
    await sender.send(to, 'left');
    while (line.tallies.counts.received < 6) await new Promise((turn) => setImmediate(turn));
    source.close();
    expect(line.tallies.counts).toEqual({ received: 6, kernelDropped: 0, cut: 0, unread: 3 });
  });
});
