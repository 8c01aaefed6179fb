// Multicast on loopback, for tests: senders, lines that count, and collected packets.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:dgram';
import { onTestFinished } from 'vitest';
import type { LineTallies, PacketHandler, PacketLine, PacketSource } from '../src/packet-source.ts';

export const LOOPBACK = '127.0.0.1';

export class TestTallies implements LineTallies {
  readonly counts = { received: 0, kernelDropped: 0, cut: 0, unread: 0 };
  readonly received = this.#tally('received');
  readonly kernelDropped = this.#tally('kernelDropped');
  readonly cut = this.#tally('cut');
  readonly unread = this.#tally('unread');

  #tally(name: keyof TestTallies['counts']): { add(n: number): void } {
    return { add: (n) => void (this.counts[name] += n) };
  }
}

export interface TestLine extends PacketLine {
  readonly tallies: TestTallies;
}

export const testLine = (tag: number, address: string, port = 0): TestLine => ({
  ...{ tag, address, port, tallies: new TestTallies() },
});

export interface SeenPacket {
  readonly tag: number;
  readonly text: string;
  readonly recvNs: number;
  readonly wallMs: number;
}

/** Keeps a copy of each packet. */
export function collector(): { packets: SeenPacket[]; onPacket: PacketHandler } {
  const packets: SeenPacket[] = [];
  return {
    packets,
    onPacket: ({ tag, bytes, start, end, recvNs, recvWall }) => {
      const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
      const wallMs = (recvWall.hi * 2 ** 32 + recvWall.lo) / 1e6;
      packets.push({ tag, text, recvNs, wallMs });
    },
  };
}

export interface Sender {
  send(to: { address: string; port: number }, payload: string | Uint8Array): Promise<void>;
  close(): void;
}

export async function openSender(): Promise<Sender> {
  const socket: Socket = createSocket('udp4');
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  socket.setMulticastInterface(LOOPBACK);
  return {
    send: (to, payload) =>
      new Promise((resolve, reject) => {
        const done = (error: Error | null): void => (error === null ? resolve() : reject(error));
        socket.send(payload, to.port, to.address, done);
      }),
    close: () => socket.close(),
  };
}

export async function testSender(): Promise<Sender> {
  const sender = await openSender();
  onTestFinished(() => sender.close());
  return sender;
}

/** Polls until `enough`; gives up after 300 polls without a packet. */
export async function pollUntil(source: PacketSource, enough: () => boolean): Promise<void> {
  for (let idle = 0; !enough() && idle < 300; idle++) {
    if (source.poll(10_000_000) > 0) idle = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
