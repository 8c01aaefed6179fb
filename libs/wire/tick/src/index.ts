export { Action, BarFlag, Side, TickFlag, TickKind } from './kind.ts';
export { tickFlagNames, tickKindName, tickKindOf } from './kind.ts';
export { TickError } from './errors.ts';
export type { TickErrorCode } from './errors.ts';
export { PUBLISH_DELTA_NS_MAX, packPublishDelta, unpackPublishDelta } from './publish-delta.ts';
export { TICK_LAYOUT_VERSION, TickView } from './tick-view.ts';
export { TickBatch } from './tick-batch.ts';
export {
  DIRECTORY_ENTRY_BYTES,
  FRAME_COUNT_MAX,
  FRAME_HEADER_BYTES,
  FrameCodec,
  frameChecksum,
  framePayloadBytes,
  readFrameHeader,
  readFramePayload,
  writeFrame,
} from './frame.ts';
export type { FrameHeader } from './frame.ts';
export { crc32 } from './crc32.ts';
export { describeTick } from './describe-tick.ts';
export type { TickJson } from './describe-tick.ts';
export { hash128, hashHex, tickIdentity } from './tick-identity.ts';
export type { Hash128 } from './tick-identity.ts';
