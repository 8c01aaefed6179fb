// Goal: what a channel asks for is joined, asked and handed over, in order, and accounted for; an
// end of a replay is never lost. Method: real multicast on loopback, a scripted replay service.
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { COUNTER_FILE_BYTES, CounterTable, collectHops, hopImbalance } from '@tickwire/core';
import { hostTimers } from '@tickwire/io-service';
import { createHostClock } from '@tickwire/ipc-shm';
import { waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { logonPacket, mdpPacket, sized } from '../../test/mdp-packets.ts';
import type { ChannelPlan } from '../channels/channel-plan.ts';
import type { ReplayTransportHandlers } from '../replay/replay-transport.ts';
import {
  PacketRingReader,
  PacketRingWriter,
  createPacketRingMemory,
} from '../worker/packet-ring.ts';
import { replayOutcome } from '../worker/replay-outcome.ts';
import { RecordKind } from '../worker/worker-messages.ts';
import { RecoveryDesk } from './recovery-desk.ts';

const LOOPBACK = '127.0.0.1';
const GROUPS = ['239.192.91.1', '239.192.91.2'] as const;

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, LOOPBACK);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function openSender(): Promise<Socket> {
  const sender = createSocket('udp4').bind(0, LOOPBACK);
  await once(sender, 'listening');
  sender.setMulticastInterface(LOOPBACK);
  onTestFinished(() => void sender.close());
  return sender;
}

interface SetUpOptions {
  readonly ringBytes?: number;
  readonly interfaceAddress?: string;
  readonly hasKernelStamps?: boolean;
}

async function setUp(options: SetUpOptions = {}) {
  const port = await freePort();
  const plan: ChannelPlan = {
    ...{ id: 310, label: '', replayServices: [{ host: LOOPBACK, port: 1 }] },
    lines: GROUPS.map((group, leg) => ({
      ...{ feed: 'snapshots', leg: leg === 0 ? 0 : 1, group, port },
    })),
  };
  const memory = createPacketRingMemory(options.ringBytes ?? 65_536);
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const connections: ReplayTransportHandlers[] = [];
  const warnings: string[] = [];
  const desk = new RecoveryDesk({
    plans: [{ ...plan, id: 309, replayServices: [] }, plan],
    ring: new PacketRingWriter(memory),
    hasKernelStamps: options.hasKernelStamps ?? true,
    interfaceAddress: options.interfaceAddress ?? LOOPBACK,
    receiveBufferBytes: 1_048_576,
    credentials: { username: 'CME', password: 'CME' },
    dial: (_, handlers) => {
      connections.push(handlers);
      return { send: () => undefined, destroy: () => undefined };
    },
    ...{ stats, clock: createHostClock(), timers: hostTimers, random: Math.random },
    log: { info: () => undefined, warn: (_: unknown, text: string) => void warnings.push(text) },
  });
  onTestFinished(() => desk.close());
  const reader = new PacketRingReader(memory);
  const seen: string[] = [];
  const take = (): string[] => {
    reader.poll(1_000, ({ kind, leg, channel, id }, bytes, { start, end }) => {
      const packet = bytes.slice(start, end);
      const isEnd = kind === RecordKind.ReplayEnded;
      const what = isEnd ? replayOutcome(packet).kind : Buffer.from(packet).readUInt32LE(0);
      seen.push(isEnd ? `end ${id} ${what}` : `${kind} ${channel}${'AB'[leg]} ${id} ${what}`);
    });
    return seen;
  };
  const sender = await openSender();
  const send = (leg: 0 | 1, sequence: number) =>
    new Promise<void>((resolve) => {
      sender.send(mdpPacket({ sequence, template: 52 }), port, GROUPS[leg], () => resolve());
    });
  const hop = () => collectHops([stats.snapshot().values]).get('cme.recovery')!;
  return { desk, take, send, hop, connections, warnings };
}

/** Sends until something of it comes: joining is not at once. */
async function untilHeard(send: () => Promise<void>, take: () => string[]): Promise<void> {
  await waitFor(
    async () => {
      await send();
      return take().length > 0;
    },
    { what: 'the first packet', everyMs: 5 },
  );
}

describe.each([
  ['by recvmmsg', { hasKernelStamps: true }],
  ["by Node's sockets", { hasKernelStamps: false }],
])('a feed, %s,', (_, options) => {
  test('is heard on both lines while it is joined, and only then', async () => {
    const { desk, take, send, hop } = await setUp(options);
    desk.feed(1, 'snapshots', true);
    desk.feed(1, 'snapshots', true);
    expect(desk.joined).toEqual(['310 snapshots']);
    await untilHeard(() => send(0, 1), take);
    await send(1, 7);
    await waitFor(() => take().includes('1 1B 0 7'), { what: 'line B' });
    expect(new Set(take())).toEqual(new Set(['1 1A 0 1', '1 1B 0 7']));
    desk.feed(1, 'snapshots', false);
    expect(desk.joined).toEqual([]);
    await send(0, 8);
    desk.feed(1, 'snapshots', true);
    await waitFor(
      async () => {
        await send(0, 9);
        return take().at(-1) === '1 1A 0 9';
      },
      { what: 'the feed once more', everyMs: 5 },
    );
    expect(take().some((one) => one.endsWith(' 8'))).toBe(false);
    expect(hopImbalance(hop())).toBe(0);
  });

  test('that is left before it was joined does not stay', async () => {
    const { desk, take, send } = await setUp(options);
    desk.feed(1, 'snapshots', true);
    desk.feed(1, 'snapshots', false);
    desk.feed(0, 'snapshots', true);
    await untilHeard(() => send(0, 1), take);
    expect(take().every((one) => one.startsWith('1 0A'))).toBe(true);
  });

  test('that cannot be joined is told and tried again, and can be left meanwhile', async () => {
    const { desk, warnings } = await setUp({ ...options, interfaceAddress: '198.51.100.77' });
    desk.feed(1, 'snapshots', true);
    await waitFor(() => warnings.length > 0, { what: 'the warning' });
    expect(warnings).toEqual(['a recovery feed cannot be joined']);
    desk.feed(1, 'snapshots', false);
    expect(desk.joined).toEqual([]);
  });
});

test('packets of a replay come before its end', async () => {
  const { desk, take, connections, hop } = await setUp();
  desk.replay(1, { id: 4, channel: 310, begin: 10, end: 11 });
  const [service] = connections;
  service?.open();
  service?.data(sized(logonPacket()));
  for (const sequence of [10, 99, 11]) service?.data(sized(mdpPacket({ sequence, template: 46 })));
  expect(take()).toEqual(['3 1A 4 10', '3 1A 4 11', 'end 4 complete']);
  expect(hop()).toMatchObject({ in: 2, out: 2 });
});

test('without a service a replay ends at once', async () => {
  const { desk, take } = await setUp();
  desk.replay(0, { id: 1, channel: 309, begin: 1, end: 2 });
  expect(take()).toEqual(['end 1 disconnected']);
});

test('what finds no room is counted; the end of the replay waits for it', async () => {
  const { desk, take, connections, hop } = await setUp({ ringBytes: 4_096 });
  const root = new Uint8Array(1_000);
  desk.replay(1, { id: 5, channel: 310, begin: 1, end: 9 });
  connections[0]?.open();
  connections[0]?.data(sized(logonPacket()));
  for (let sequence = 1; sequence <= 9; sequence++) {
    connections[0]?.data(sized(mdpPacket({ sequence, template: 46, root })));
  }
  await waitFor(() => take().includes('end 5 complete'), { what: 'the end' });
  expect(take()).toEqual(['3 1A 5 1', '3 1A 5 2', '3 1A 5 3', 'end 5 complete']);
  expect(hop()).toMatchObject({ in: 9, out: 3, dropped: { 'no-room': 6 } });
});
