export { UdpError } from './errors.ts';
export type { UdpErrorCode } from './errors.ts';
export { createReceivedPacket } from './packet-source.ts';
export type {
  LineTallies,
  PacketHandler,
  PacketLine,
  PacketSource,
  ReceivedPacket,
  Tally,
} from './packet-source.ts';
export { DgramSource } from './dgram-source.ts';
export type { DgramSourceOptions } from './dgram-source.ts';
export { RecvmmsgSource } from './recvmmsg-source.ts';
export type { RecvmmsgSourceOptions } from './recvmmsg-source.ts';
