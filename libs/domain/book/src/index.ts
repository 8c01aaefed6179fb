export { BookSide, LevelChange } from './book-side.ts';
export { BOOK_LEVELS_MAX, PriceBook } from './price-book.ts';
export { BookTrust, InstrumentBook } from './instrument-book.ts';
export type { StatedQuote } from './instrument-book.ts';
export { BookBuilder, BookEvent } from './book-builder.ts';
export type { BookBuilderOptions, BookEntry } from './book-builder.ts';
export { SNAPSHOT_LIMITS, SnapshotDesk } from './snapshot-desk.ts';
export type {
  OpenedRequest,
  RequestRefusal,
  SnapshotAnswer,
  SnapshotLimits,
  SnapshotPlace,
  SnapshotRefusal,
  WrittenImage,
} from './snapshot-desk.ts';
export { BookFollower, FOLLOWED_STATES, FOLLOWER_LIMITS } from './book-follower.ts';
export type {
  BookFollowerOptions,
  FollowedDirectory,
  FollowedState,
  FollowerLimits,
} from './book-follower.ts';
