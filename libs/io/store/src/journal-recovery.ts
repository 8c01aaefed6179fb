/**
 * What a journal holds after a crash: every file is read to its last whole frame, and cut there.
 */
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { RingId } from '@tickwire/ipc-ring';
import { DIRECTORY_ENTRY_BYTES, FrameCodec, TickError } from '@tickwire/wire-tick';
import { syncPath } from './disk.ts';
import { StoreError } from './errors.ts';
import { FrameFile } from './frame-file.ts';
import type { FileFrame } from './frame-file.ts';
import { JournalSegments } from './journal-segments.ts';
import { SEGMENT_ENDING } from './store-layout.ts';

export interface RecoveredJournal {
  readonly segments: JournalSegments;
  /** All directory entries seen, by index, 256 bytes each. */
  readonly entries: Uint8Array;
  /** Position after the last whole tick; `from` when there is none above it. */
  readonly nextPosition: number;
  /** Ticks at positions from `from` on. */
  readonly ticks: number;
  /** Bytes cut off behind the last whole frames. */
  readonly tornBytes: number;
}

/**
 * Reads the journal of one ring and cuts torn tails.
 * @param from - Positions below this are in Parquet already and are not counted.
 * @throws StoreError `BAD_STORE` when a file belongs to another ring, `DISK_FAILED`.
 */
export function recoverJournal(options: {
  directory: string;
  ringId: RingId;
  from: number;
}): RecoveredJournal {
  const segments = new JournalSegments();
  const scan = new Scan(options.ringId, options.from);
  let tornBytes = 0;
  const names = readdirSync(options.directory).filter((name) => name.endsWith(SEGMENT_ENDING));
  for (const name of names.sort()) {
    const path = join(options.directory, name);
    const { good, ticks, nextPosition } = scan.file(path);
    const size = statSync(path).size;
    tornBytes += size - good;
    if (ticks === 0) {
      rmSync(path);
      continue;
    }
    if (good < size) {
      truncateSync(path, good);
      syncPath(path);
    }
    segments.add({ path, bytes: good, ticks, nextPosition });
  }
  syncPath(options.directory);
  return {
    segments,
    entries: scan.entries,
    nextPosition: scan.nextPosition,
    ticks: scan.ticks,
    tornBytes,
  };
}

class Scan {
  readonly #ringId: RingId;
  entries = new Uint8Array(0);
  nextPosition: number;
  ticks = 0;

  constructor(ringId: RingId, from: number) {
    this.#ringId = ringId;
    this.nextPosition = from;
  }

  file(path: string): { good: number; ticks: number; nextPosition: number } {
    const file = new FrameFile(path);
    const { size } = statSync(path);
    let ticks = 0;
    let nextPosition = 0;
    try {
      for (;;) {
        const frame = file.next(size);
        if (frame === undefined) break;
        this.#checkRing(frame, path);
        if (frame.header.codec === FrameCodec.Directory) {
          this.#addEntries(frame);
          continue;
        }
        ticks += frame.header.count;
        nextPosition = frame.header.firstPosition + frame.header.count;
        const fresh = nextPosition - Math.max(this.nextPosition, frame.header.firstPosition);
        if (fresh > 0) this.ticks += fresh;
        this.nextPosition = Math.max(this.nextPosition, nextPosition);
      }
    } catch (error) {
      if (!(error instanceof TickError)) throw error;
    } finally {
      file.close();
    }
    return { good: file.offset, ticks, nextPosition };
  }

  #checkRing({ header }: FileFrame, path: string): void {
    if (header.ringIdHi === this.#ringId.hi && header.ringIdLo === this.#ringId.lo) return;
    throw new StoreError('BAD_STORE', `${path} holds frames of another ring`, {
      hint: 'move the file away: it was not written here',
    });
  }

  #addEntries({ header, payload }: FileFrame): void {
    const end = (header.firstPosition + header.count) * DIRECTORY_ENTRY_BYTES;
    if (end > this.entries.length) {
      const grown = new Uint8Array(end);
      grown.set(this.entries);
      this.entries = grown;
    }
    this.entries.set(payload, header.firstPosition * DIRECTORY_ENTRY_BYTES);
  }
}
