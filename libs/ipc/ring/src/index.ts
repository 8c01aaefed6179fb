export {
  BELL_BYTE_OFFSET,
  DIRECTORY_CAPACITY_DEFAULT,
  DIRECTORY_CAPACITY_MAX,
  DIRECTORY_ENTRY_BYTES,
  RESUME_CAPACITY_DEFAULT,
  RING_LAYOUT_VERSION,
  RING_MAGIC,
  SLOT_COUNT_DEFAULT,
  SLOT_COUNT_MAX,
  SLOT_COUNT_MIN,
  WriterCounter,
  planRing,
  ringBytes,
} from './layout.ts';
export type { RingGeometry, RingPlan } from './layout.ts';
export { RingError } from './errors.ts';
export type { RingErrorCode } from './errors.ts';
export { archNotice } from './fence.ts';
export { formatRingId, sameRingId } from './ring-id.ts';
export type { RingId } from './ring-id.ts';
export {
  RingMode,
  RingState,
  formatRing,
  isPosition,
  readRingHeader,
  writePartitionCount,
} from './header.ts';
export type { RingFormat, RingHeader, RingIdentity } from './header.ts';
export { decodeDirectoryEntry, encodeDirectoryEntry } from './directory-entry.ts';
export { RingDirectoryReader } from './directory.ts';
export { readProducerState, sequenceMark, timeMark } from './producer-state.ts';
export type { ProducerState, ResumeMark } from './producer-state.ts';
export { readClockAnchor } from './clock-anchor.ts';
export type { ClockAnchor } from './clock-anchor.ts';
export { BELL_INTERVAL_NS, BellOutcome } from './bell.ts';
export type { Wake } from './bell.ts';
export { viewBlockCopy } from './slot-copy.ts';
export type { BlockCopy, BlockCopyFactory } from './slot-copy.ts';
export { PublishResult, RingWriter, checkTakeover } from './writer.ts';
export type { AttachWriterOptions, RequiredReaders } from './writer.ts';
export { RUN_TICKS_MAX, RingReader } from './reader.ts';
export type { AttachReaderOptions, RingAccount } from './reader.ts';
export type { StartFrom } from './start-position.ts';
export { countBrokenTicks, fillProofTicks } from './proof-ticks.ts';
export { imageBytes, formatImage, readImageHeader } from './image-layout.ts';
export type { ImageFormat, ImageHeader, ImageKinds } from './image-layout.ts';
export { ImageRead, ImageReader } from './image-reader.ts';
export { ImageWriter } from './image-writer.ts';
