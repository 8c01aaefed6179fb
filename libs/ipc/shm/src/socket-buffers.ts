/**
 * The kernel's receive buffer of a socket, by file descriptor: Node has no API for it on TCP.
 *
 * Linux counts its own bookkeeping too: a buffer set to n bytes reads as 2n, and more than
 * `net.core.rmem_max` is cut to that without an error.
 */
import { errnoError } from './errors.ts';
import { Linux, systemCalls } from './system-calls.ts';

/** @throws ShmError `UNSUPPORTED`, or `SYSTEM` when `fd` is no socket. */
export function receiveBufferBytes(fd: number): number {
  const value = new Int32Array(1);
  const length = Uint32Array.of(value.byteLength);
  const calls = systemCalls();
  const { SOL_SOCKET, SO_RCVBUF } = Linux;
  if (calls.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, bytesOf(value), bytesOf(length)) !== 0) {
    throw errnoError('getsockopt', calls.errno());
  }
  return value[0] ?? 0;
}

/**
 * Fixes the room for data; the kernel no longer adapts it to the traffic.
 * @throws ShmError `UNSUPPORTED`, or `SYSTEM` when `fd` is no socket.
 */
export function setReceiveBuffer(fd: number, bytes: number): void {
  const value = bytesOf(Int32Array.of(bytes));
  const calls = systemCalls();
  const { SOL_SOCKET, SO_RCVBUF } = Linux;
  if (calls.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, value.byteLength) !== 0) {
    throw errnoError('setsockopt', calls.errno());
  }
}

const bytesOf = (words: Int32Array | Uint32Array): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
