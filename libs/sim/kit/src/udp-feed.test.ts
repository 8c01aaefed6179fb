// Goal: each leg loses, doubles and reorders by itself, and the log says exactly what. Method: real
// sockets on loopback, unicast and multicast; the union of what came against the log.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { testSeed, waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FaultLog } from './fault-log.ts';
import { HostTimers } from './host-timers.ts';
import { parseFaultSpec } from './parse-faults.ts';
import { SessionLog } from './session-log.ts';
import { UdpFeed } from './udp-feed.ts';

const CATALOGUE = {
  topics: ['a', 'b'],
  faults: ['drop', 'dup', 'reorder', 'delay', 'truncate'],
} as const;
/** So few at a time that no kernel buffer overflows. */
const BURST = 20;

async function receiver(group?: string) {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const sequences: number[] = [];
  socket.on('message', (bytes) => {
    if (bytes.length === 4) sequences.push(bytes.readUInt32LE(0));
  });
  socket.bind(0, group ?? '127.0.0.1');
  await once(socket, 'listening');
  if (group !== undefined) socket.addMembership(group, '127.0.0.1');
  onTestFinished(() => void socket.close());
  return { sequences, port: socket.address().port };
}

async function setUp(faults: string, group?: string) {
  const [a, b] = [await receiver(group), await receiver()];
  const log = new SessionLog();
  const feed = await UdpFeed.open({
    legs: [
      { name: 'a', address: group ?? '127.0.0.1', port: a.port },
      { name: 'b', address: '127.0.0.1', port: b.port },
    ],
    seed: String(testSeed()),
    log: new FaultLog({ entriesMax: 10_000, write: undefined, session: log }),
    timers: new HostTimers(),
    venueMs: () => 0,
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await feed.close();
    isOpen = false;
  };
  onTestFinished(close);
  feed.setFaults(parseFaultSpec(faults, CATALOGUE));
  const send = async (count: number): Promise<void> => {
    for (let sequence = 1; sequence <= count; sequence += 1) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(sequence);
      feed.send({ bytes, sequenceStart: sequence, sequenceEnd: sequence });
      if (sequence % BURST !== 0) continue;
      const due = (): boolean =>
        a.sequences.length >= (feed.sent['a'] ?? 0) - cut(log) &&
        b.sequences.length >= (feed.sent['b'] ?? 0);
      await waitFor(due, { what: 'the packets of a burst' });
    }
  };
  return { a: a.sequences, b: b.sequences, log, send, close };
}

const cut = (log: SessionLog): number =>
  log.of('fault').filter(({ fault }) => fault === 'truncate').length;

const of = (log: SessionLog, fault: string, leg: string): number[] =>
  log
    .of('fault')
    .filter((entry) => entry.fault === fault && entry.subject === leg)
    .map(({ sequenceStart = 0 }) => sequenceStart);

const all = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

describe('a UDP feed', () => {
  test('each leg loses exactly what the log says; the other has it', async () => {
    const { a, b, log, send } = await setUp('drop.a=0.2,drop.b=0.05');
    await send(400);
    for (const [leg, seen] of [
      ['a', a],
      ['b', b],
    ] as const) {
      const lost = new Set(of(log, 'drop', leg));
      expect(seen).toEqual(all(400).filter((sequence) => !lost.has(sequence)));
      expect(lost.size).toBeGreaterThan(3);
    }
    expect(of(log, 'drop', 'a')).not.toEqual(of(log, 'drop', 'b'));
  });

  test('doubles, reorders and cuts on one leg alone', async () => {
    const { a, b, log, send, close } = await setUp('dup.a=0.1,reorder.a=0.1,truncate.a=0.05');
    await send(400);
    // The last one may wait for one to overtake it.
    await close();
    expect(b).toEqual(all(400));
    const cutOff = new Set(of(log, 'truncate', 'a'));
    const doubled = of(log, 'dup', 'a');
    const wanted = [...all(400).filter((at) => !cutOff.has(at)), ...doubled];
    await waitFor(() => a.length >= wanted.length, { what: 'the last packet' });
    expect([...a].sort((x, y) => x - y)).toEqual(wanted.sort((x, y) => x - y));
    const late = a.filter((sequence, at) => sequence < Math.max(0, ...a.slice(0, at)));
    // One that is cut, or is to come behind one that is, is not seen to be late.
    const isSeen = (at: number): boolean => !cutOff.has(at) && !cutOff.has(at + 1);
    const moved = of(log, 'reorder', 'a').filter(isSeen);
    expect(late).toEqual(expect.arrayContaining(moved.slice(0, 3)));
  });

  test('delays by so much, and loses nothing', async () => {
    const { a, log, send } = await setUp('delay.a=0.2:5ms');
    await send(100);
    await waitFor(() => a.length === 100, { what: 'the late ones' });
    expect(of(log, 'delay', 'a').length).toBeGreaterThan(3);
    expect([...a].sort((x, y) => x - y)).toEqual(all(100));
  });

  test('closing sends what waits to be overtaken', async () => {
    const { a, log, send, close } = await setUp('reorder.a=1');
    await send(1);
    expect(a).toEqual([]);
    await close();
    await waitFor(() => a.length === 1, { what: 'the packet that waited' });
    expect(of(log, 'reorder', 'a')).toEqual([1]);
  });

  test('a leg may be a multicast group over loopback', async () => {
    const { a, b, send } = await setUp('', '239.255.42.99');
    await send(40);
    expect(a).toEqual(all(40));
    expect(b).toEqual(all(40));
  });
});
