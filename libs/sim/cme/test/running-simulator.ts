/** A simulator on loopback with a plain socket on each line of one channel. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { testSeed } from '@tickwire/testing';
import { onTestFinished } from 'vitest';
import { planChannels } from '../src/feeds/channel-plan.ts';
import type { FeedEndpoint, FeedLine } from '../src/feeds/channel-plan.ts';
import type { FeedType } from '../src/feeds/feed-type.ts';
import { startCmeSimulator } from '../src/run/cme-simulator.ts';
import type { CmeSimulatorOptions } from '../src/run/cme-simulator.ts';

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Packets that came on a line, by its feed and letter. */
type Received = ReadonlyMap<string, Buffer[]>;

async function listen(group: string, packets: Buffer[]): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (bytes) => packets.push(bytes));
  socket.bind(0, group);
  await once(socket, 'listening');
  socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  socket.addMembership(group, '127.0.0.1');
  onTestFinished(() => void socket.close());
  return socket;
}

/** Starts a simulator of one channel whose lines are all heard. */
export async function runSimulator(options: CmeSimulatorOptions = {}) {
  const [planned] = planChannels({ channels: 1 });
  const received = new Map<string, Buffer[]>();
  const endpoints: FeedEndpoint[] = [];
  for (const endpoint of planned!.endpoints) {
    const packets: Buffer[] = [];
    received.set(`${endpoint.feed}${endpoint.line}`, packets);
    const socket = await listen(endpoint.address, packets);
    endpoints.push({ ...endpoint, port: socket.address().port });
  }
  const simulator = await startCmeSimulator({
    seed: String(testSeed()),
    instrumentsPerChannel: 40,
    rate: 1_000,
    ...options,
    channels: [{ ...planned!, endpoints }],
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await simulator.close();
    isOpen = false;
  };
  onTestFinished(close);
  const line = (feed: FeedType, letter: FeedLine): readonly Buffer[] =>
    (received as Received).get(`${feed}${letter}`) ?? [];
  return { simulator, endpoints, line, close };
}

/** MsgSeqNum of a packet. */
export const sequenceOf = (packet: Buffer): number => packet.readUInt32LE(0);
