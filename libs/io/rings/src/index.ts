export { RingsError } from './errors.ts';
export type { RingsErrorCode } from './errors.ts';
export {
  defaultRingDir,
  ensureRingDir,
  listRings,
  readersDir,
  removeHalfMade,
  removeRing,
  removeRingDir,
  ringPath,
} from './ring-folder.ts';
export { HEARTBEAT_MS, RingProducer, createRing } from './ring-producer.ts';
export type { RingFileOptions } from './ring-file.ts';
export type { CreateRingOptions } from './ring-producer.ts';
export { RingRun } from './ring-run.ts';
export type { RingGap } from './ring-run.ts';
export { RingSubscription, SILENT_AFTER_MS, openRing } from './ring-subscription.ts';
export type { OpenRingOptions } from './ring-subscription.ts';
export { RingSet, openRings } from './ring-set.ts';
export type { OpenRingsOptions } from './ring-set.ts';
export type { RunHandler, RunOptions } from './run-loop.ts';
export type { RunSource } from './run-source.ts';
export type { RingStatus, StartChoice } from './ring-attachment.ts';
export { LookAway } from './look-away.ts';
export { Waiting } from './waiting.ts';
export type { WaitingStrategy } from './waiting.ts';
export { EXPEL_AFTER_NS, READERS_MAX } from './required-readers.ts';
export type { ReaderRecord } from './reader-file.ts';
export { listReaders } from './registered-readers.ts';
export { nextSampled, publishedAt } from './sampled-ticks.ts';
export { IMAGE_KINDS, RingImage, openImage } from './image-file.ts';
export type { OpenImageOptions } from './image-file.ts';
export { waitForRing, watchRings } from './watch-rings.ts';
export {
  ImageRead,
  PublishResult,
  RUN_TICKS_MAX,
  archNotice,
  formatRingId,
  sameRingId,
  sequenceMark,
  timeMark,
} from '@tickwire/ipc-ring';
export type {
  ProducerState,
  ResumeMark,
  RingAccount,
  RingDirectoryReader,
  RingHeader,
  RingId,
  StartFrom,
} from '@tickwire/ipc-ring';
