// Goal: datagrams come with bytes, stamps and drops as they were sent, and a socket that cannot be
// had says why. Method: real sockets and multicast on loopback.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:dgram';
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PacketBatch } from './packet-batch.ts';
import { SocketPoll } from './socket-poll.ts';
import { openUdpSocket } from './udp-socket.ts';
import type { UdpSocket, UdpSocketOptions } from './udp-socket.ts';

const LOOPBACK = '127.0.0.1';
const GROUP = '239.192.77.1';
const OTHER_GROUP = '239.192.77.2';
const WAIT_NS = 50_000_000;

function open(options: Partial<UdpSocketOptions> = {}): UdpSocket {
  const socket = openUdpSocket({
    ...{ address: GROUP, port: 0, interfaceAddress: LOOPBACK },
    ...options,
  });
  onTestFinished(() => socket.close());
  return socket;
}

async function openSender(address = LOOPBACK): Promise<Socket> {
  const sender = createSocket('udp4');
  sender.bind(0, address);
  await once(sender, 'listening');
  sender.setMulticastInterface(LOOPBACK);
  onTestFinished(() => void sender.close());
  return sender;
}

const send = (from: Socket, to: { address: string; port: number }, bytes: Uint8Array) =>
  new Promise<void>((resolve, reject) => {
    from.send(bytes, to.port, to.address, (error) => (error ? reject(error) : resolve()));
  });

/** Everything that comes until `count` datagrams are there; fails after two seconds without one. */
function receive(socket: UdpSocket, count: number, batch = batchOf()): Uint8Array[] {
  const poll = new SocketPoll([socket]);
  const received: Uint8Array[] = [];
  for (let idle = 0; received.length < count && idle < 40; idle++) {
    poll.wait(WAIT_NS);
    for (let got = batch.receive(socket); got > 0; got = batch.receive(socket)) {
      idle = 0;
      for (let at = 0; at < got; at++) {
        received.push(batch.bytes.slice(batch.starts[at], batch.ends[at]));
      }
    }
  }
  return received;
}

const batchOf = (packetsMax = 8, packetBytesMax = 2_048): PacketBatch =>
  new PacketBatch({ packetsMax, packetBytesMax });

describe('a socket of a multicast group', () => {
  test('gives every datagram as it was sent, in batches of any fill', async () => {
    const random = seededRandom(testSeed());
    const [socket, sender] = [open({ receiveBufferBytes: 4_194_304 }), await openSender()];
    const sent = Array.from({ length: 300 }, (_, index) => {
      const bytes = new Uint8Array(4 + Math.floor(random() * 1_400));
      new DataView(bytes.buffer).setUint32(0, index);
      return bytes.fill(index % 251, 4);
    });
    for (const bytes of sent) await send(sender, socket, bytes);
    expect(receive(socket, sent.length)).toEqual(sent);
    expect(socket.drops()).toBe(0);
  });

  test('stamps them with the wall clock of the kernel', async () => {
    const [socket, sender, batch] = [open(), await openSender(), batchOf()];
    const before = Date.now();
    await send(sender, socket, new Uint8Array(20));
    new SocketPoll([socket]).wait(WAIT_NS);
    expect(batch.receive(socket)).toBe(1);
    const stampMs = batch.stampSeconds[0]! * 1_000 + batch.stampNs[0]! / 1e6;
    expect(stampMs).toBeGreaterThanOrEqual(before - 1);
    expect(stampMs).toBeLessThanOrEqual(Date.now() + 1);
    expect(batch.drops[0]).toBe(-1);
  });

  test('hears nothing of another group or of the host itself at the same port', async () => {
    const [socket, sender] = [open(), await openSender()];
    const other = open({ address: OTHER_GROUP, port: socket.port });
    const own = open({ address: LOOPBACK, port: socket.port });
    for (const { address, port } of [other, own, socket]) {
      await send(sender, { address, port }, Buffer.from(address));
    }
    const text = (from: UdpSocket): string[] =>
      receive(from, 1).map((one) => `${Buffer.from(one)}`);
    expect([text(socket), text(other), text(own)]).toEqual([[GROUP], [OTHER_GROUP], [LOOPBACK]]);
    expect([socket, other, own].map((one) => batchOf().receive(one))).toEqual([0, 0, 0]);
  });

  test('takes datagrams of the senders that were named, and of no others', async () => {
    const [stranger, known] = [await openSender('127.0.0.2'), await openSender()];
    const socket = open({ senders: [LOOPBACK, '127.0.0.3'] });
    const all = open({ port: socket.port });
    await send(stranger, socket, Buffer.from('stranger'));
    await send(known, socket, Buffer.from('known'));
    const text = (from: UdpSocket, count: number): string[] =>
      receive(from, count).map((one) => `${Buffer.from(one)}`);
    expect(text(all, 2)).toEqual(['stranger', 'known']);
    expect(text(socket, 1)).toEqual(['known']);
    expect(batchOf().receive(socket)).toBe(0);
  });

  test('is shared by several processes or gateways: each hears all', async () => {
    const [socket, sender] = [open(), await openSender()];
    const twin = open({ port: socket.port });
    await send(sender, socket, Buffer.from('both'));
    expect([socket, twin].map((one) => receive(one, 1).length)).toEqual([1, 1]);
  });

  test('marks what is longer than a slot, and keeps its beginning', async () => {
    const [socket, sender, batch] = [open(), await openSender(), batchOf(2, 64)];
    await send(sender, socket, new Uint8Array(65).fill(7));
    await send(sender, socket, new Uint8Array(64).fill(8));
    new SocketPoll([socket]).wait(WAIT_NS);
    expect(batch.receive(socket)).toBe(2);
    expect([...batch.isCut]).toEqual([1, 0]);
    expect([0, 1].map((at) => batch.ends[at]! - batch.starts[at]!)).toEqual([64, 64]);
    expect([0, 1].map((at) => batch.bytes[batch.starts[at]!])).toEqual([7, 8]);
  });

  test('counts what the kernel had no room for: sent = received + dropped', async () => {
    const [socket, sender] = [open({ receiveBufferBytes: 4_096 }), await openSender()];
    const sent = 200;
    for (let index = 0; index < sent; index++) await send(sender, socket, new Uint8Array(1_000));
    const before = socket.drops();
    expect(before).toBeGreaterThan(0);
    expect(receive(socket, sent - before)).toHaveLength(sent - before);
    // The next datagram carries the count; `drops` had it before.
    await send(sender, socket, new Uint8Array(1));
    const batch = batchOf();
    new SocketPoll([socket]).wait(WAIT_NS);
    expect(batch.receive(socket)).toBe(1);
    expect(batch.drops[0]).toBe(before);
    socket.close();
    expect(socket.drops()).toBe(before);
  });

  test('says what room the kernel granted', () => {
    const [small, large] = [8_192, 65_536].map((bytes) => open({ receiveBufferBytes: bytes }));
    expect([small, large].map((one) => one?.receiveBufferBytes)).toEqual([16_384, 131_072]);
  });
});

describe('waiting for sockets', () => {
  test('tells which of them has something', async () => {
    const [one, two, sender] = [open(), open({ address: OTHER_GROUP }), await openSender()];
    const poll = new SocketPoll([one, two]);
    expect([poll.wait(0), poll.isReady(0), poll.isReady(1)]).toEqual([0, false, false]);
    await send(sender, two, new Uint8Array(1));
    expect([poll.wait(WAIT_NS), poll.isReady(0), poll.isReady(1)]).toEqual([1, false, true]);
    expect([one, two].map((socket) => batchOf().receive(socket))).toEqual([0, 1]);
    expect([poll.wait(1_000), poll.isReady(1)]).toEqual([0, false]);
  });

  test('needs some, and has a bound', () => {
    const bad = expect.objectContaining({ code: 'BAD_ARGUMENT' });
    expect(() => new SocketPoll([])).toThrow(bad);
    expect(() => new SocketPoll([open()]).wait(100_000_001)).toThrow(bad);
    expect(() => new SocketPoll([open()]).wait(NaN)).toThrow(bad);
  });
});

describe('a socket that cannot be had', () => {
  test.each([
    ['an address of another host', { address: '198.51.100.77' }, 'NO_ADDRESS', 'EADDRNOTAVAIL'],
    ['no such interface', { interfaceAddress: '198.51.100.77' }, 'NO_ADDRESS', 'ENODEV'],
    ['no address', { address: '224.0.0.256' }, 'BAD_ARGUMENT', undefined],
    ['no port', { port: 65_536 }, 'BAD_ARGUMENT', undefined],
    ['no buffer', { receiveBufferBytes: 0 }, 'BAD_ARGUMENT', undefined],
  ])('says why: %s', (_, options, code, errnoName) => {
    expect(() => open(options)).toThrow(expect.objectContaining({ code, errnoName }));
  });

  test('says why: the port is held by somebody who does not share it', async () => {
    const holder = createSocket('udp4').bind(0, LOOPBACK);
    await once(holder, 'listening');
    onTestFinished(() => void holder.close());
    const { port } = holder.address();
    expect(() => open({ address: LOOPBACK, port })).toThrow(
      expect.objectContaining({ code: 'IN_USE', hint: expect.stringContaining('ss -ulpn') }),
    );
  });

  test('of a batch: sizes out of their range', () => {
    const bad = expect.objectContaining({ code: 'BAD_ARGUMENT' });
    for (const [packetsMax, packetBytesMax] of [
      ...[[0, 2_048] as const, [1_025, 2_048] as const, [1, 63] as const, [1, 65_537] as const],
    ]) {
      expect(() => batchOf(packetsMax, packetBytesMax)).toThrow(bad);
    }
  });
});
