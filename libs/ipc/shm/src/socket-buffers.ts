/**
 * The kernel's receive buffer of a socket, by file descriptor: Node has no API for it on TCP.
 *
 * Linux counts its own bookkeeping too: a buffer set to n bytes reads as 2n, and more than
 * `net.core.rmem_max` is cut to that without an error.
 */
import { setSocketOption, socketOption } from './socket-options.ts';
import { Linux } from './system-calls.ts';

/** @throws ShmError `UNSUPPORTED`, or `SYSTEM` when `fd` is no socket. */
export function receiveBufferBytes(fd: number): number {
  return socketOption(fd, Linux.SO_RCVBUF);
}

/**
 * Fixes the room for data; the kernel no longer adapts it to the traffic.
 * @throws ShmError `UNSUPPORTED`, or `SYSTEM` when `fd` is no socket.
 */
export function setReceiveBuffer(fd: number, bytes: number): void {
  setSocketOption(fd, Linux.SO_RCVBUF, bytes);
}
