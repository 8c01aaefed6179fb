export { Mdp3Error } from './errors.ts';
export type { Mdp3ErrorCode } from './errors.ts';
export {
  ENCODING_TYPE,
  MESSAGE_BYTES_MAX,
  MESSAGE_HEADER_BYTES,
  SBE_HEADER_BYTES,
  SIZE_BYTES,
  TCP_HEADER_BYTES,
  UDP_HEADER_BYTES,
} from './framing.ts';
export type { Mdp3Framing } from './framing.ts';
export { Mdp3Packet } from './mdp3-packet.ts';
export { Mdp3Decoders } from './mdp3-decoders.ts';
export { Mdp3PacketWriter } from './packet-writer.ts';
export type { PacketStamp } from './packet-writer.ts';
export { describePackets } from './packet-json.ts';
export type {
  DescribeMessage,
  DescribedPayload,
  PacketJson,
  PacketMessageJson,
  PacketProblem,
} from './packet-json.ts';
