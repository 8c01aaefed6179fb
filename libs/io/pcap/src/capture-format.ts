import type { ByteQueue } from './byte-queue.ts';
import type { CapturedFrame } from './captured-frame.ts';

/** One of the formats. The bytes that told them apart are still in the queue at first. */
export interface CaptureFormat {
  /** The next frame; undefined when it needs more bytes. */
  next(queue: ByteQueue): CapturedFrame | undefined;
  /** Whether the file may end where the queue stands. */
  readonly isBetweenFrames: boolean;
  /** Where what was begun last begins, from the start of the file. */
  readonly begunAt: number;
}
