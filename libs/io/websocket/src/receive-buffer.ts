/**
 * Room in the kernel for what a server sends while this process does not read: a garbage
 * collection, a burst of parsing, a moment without a core.
 *
 * Left alone, Linux starts a TCP connection with `net.ipv4.tcp_rmem[1]` (128 KiB on Debian, about
 * half of it for data) and widens it by how fast the process reads: a feed of small frames at a
 * moderate rate never gets more. A reader that stopped after 20 MB of such frames had 1.8 MiB less
 * taken in for it than one with a buffer fixed at 1 MiB (loopback, Linux 6.18; the test measures it
 * again). At the vendor the difference is a queue, and a slow reader is dropped for it.
 *
 * The price is that a fixed buffer does not grow: 1 MiB in flight is 5 MiB/s over a round trip of
 * 200 ms, far above what one feed connection carries. Where `net.core.rmem_max` is below what is
 * asked for, the kernel would cut the size to that and still stop adapting it: there nothing is
 * set. The send buffer is not touched; subscriptions and pings are small.
 */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { receiveBufferBytes, setReceiveBuffer } from '@tickwire/ipc-shm';

export const RECEIVE_BUFFER_BYTES = 1024 * 1024;
const LIMIT_FILE = '/proc/sys/net/core/rmem_max';

export interface ReceiveBuffer {
  /** `adaptive` = left to the kernel. */
  readonly mode: 'fixed' | 'adaptive';
  /** As the kernel counts it, about twice the room for data; 0 = unknown. */
  readonly bytes: number;
  /** Why it was left alone; empty when it was not. */
  readonly reason: string;
}

/** Fixes the receive buffer of a connected socket where that helps. Never throws. */
export function fixReceiveBuffer(socket: Socket, wantedBytes: number): ReceiveBuffer {
  const fd = descriptorOf(socket);
  if (fd === undefined) return { mode: 'adaptive', bytes: 0, reason: 'no descriptor' };
  try {
    const limitBytes = Number(readFileSync(LIMIT_FILE, 'utf8'));
    if (!(limitBytes >= wantedBytes)) {
      const reason = `net.core.rmem_max is ${limitBytes}, below ${wantedBytes}`;
      return { mode: 'adaptive', bytes: receiveBufferBytes(fd), reason };
    }
    setReceiveBuffer(fd, wantedBytes);
    return { mode: 'fixed', bytes: receiveBufferBytes(fd), reason: '' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { mode: 'adaptive', bytes: 0, reason };
  }
}

/** Node keeps the descriptor on its inner handle, for TLS sockets too. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  return typeof handle.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined;
}
