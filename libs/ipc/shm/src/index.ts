export { ShmError, withPath } from './errors.ts';
export type { ShmErrorCode, ShmErrorDetails } from './errors.ts';
export { createSharedFile, fileAt, isHalfMade, isSameFile, openSharedFile } from './shared-file.ts';
export type {
  CreateSharedFileOptions,
  OpenSharedFileOptions,
  SharedMemory,
} from './shared-file.ts';
export { isLocked, isLockedDescriptor, tryLock, unlock } from './file-lock.ts';
export {
  PARK_MS_MAX,
  PARK_WORDS_MAX,
  POOL_PARKS_MAX,
  ParkOutcome,
  futexWait,
  futexWaitAny,
  canWaitAny,
  futexWaitInPool,
  futexWake,
} from './futex.ts';
export type { FutexWord } from './futex.ts';
export { createHostClock, createMonotonicClock, takeClockAnchor } from './host-clock.ts';
export type { HostAnchor, HostClock } from './host-clock.ts';
export { makeResident } from './residency.ts';
export type { Residency } from './residency.ts';
export { makeThreadRealtime, pinThread } from './thread-placement.ts';
export { freeBytes, sharedMemoryRoot } from './memory-root.ts';
export type { MemoryRoot } from './memory-root.ts';
export { receiveBufferBytes, setReceiveBuffer } from './socket-buffers.ts';
export { openUdpSocket } from './udp-socket.ts';
export type { UdpSocket, UdpSocketOptions } from './udp-socket.ts';
export { PacketBatch } from './packet-batch.ts';
export type { PacketBatchOptions } from './packet-batch.ts';
export { POLLED_SOCKETS_MAX, SocketPoll } from './socket-poll.ts';
