/** Options of sockets that are one i32, by file descriptor. */
import { socketError } from './errors.ts';
import { Linux, systemCalls } from './system-calls.ts';

/** @throws ShmError `SYSTEM` when `fd` is no socket, or does not know the option. */
export function socketOption(fd: number, option: number): number {
  const value = new Int32Array(1);
  const length = Uint32Array.of(value.byteLength);
  const calls = systemCalls();
  const { SOL_SOCKET } = Linux;
  if (calls.getsockopt(fd, SOL_SOCKET, option, bytesOf(value), bytesOf(length)) !== 0) {
    throw socketError('getsockopt', calls.errno());
  }
  return value[0] ?? 0;
}

/** @throws ShmError `NOT_PERMITTED`, or `SYSTEM` as `socketOption`. */
export function setSocketOption(fd: number, option: number, to: number): void {
  if (!trySocketOption(fd, option, to)) throw socketError('setsockopt', systemCalls().errno());
}

/** @returns whether the kernel took it. */
export function trySocketOption(fd: number, option: number, to: number): boolean {
  const value = bytesOf(Int32Array.of(to));
  return systemCalls().setsockopt(fd, Linux.SOL_SOCKET, option, value, value.byteLength) === 0;
}

export const bytesOf = (words: Int32Array | Uint32Array): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
