import { TICK_BYTES } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { encodeDirectoryEntry } from '@tickwire/ipc-ring';
import {
  DIRECTORY_ENTRY_BYTES,
  FRAME_HEADER_BYTES,
  FrameCodec,
  writeFrame,
} from '@tickwire/wire-tick';
import { CaptureFile } from './capture-file.ts';

/** Which ring, and which of its writers, the following ticks come from. */
export interface TickOrigin {
  readonly ringIdHi: number;
  readonly ringIdLo: number;
  readonly epoch: number;
}

/** Ticks in one frame at most: small enough that damage costs little. */
const FRAME_TICKS_MAX = 1024;

/**
 * Writes a tick capture (`.twc`): frames of directory entries and ticks. Entries are written
 * before the ticks that use them: give them first.
 */
export class TickCaptureWriter {
  readonly #file: CaptureFile;
  readonly #frame = new Uint8Array(FRAME_HEADER_BYTES + FRAME_TICKS_MAX * TICK_BYTES);
  #directoryCount = 0;
  #ticks = 0;

  /** @throws the system's error; `EEXIST` when the file exists. */
  constructor(path: string) {
    this.#file = new CaptureFile(path);
  }

  /** Ticks written so far. */
  get ticks(): number {
    return this.#ticks;
  }

  directory(origin: TickOrigin, entries: readonly DirectoryEntry[]): void {
    for (const entry of entries) {
      this.#directoryCount = Math.max(this.#directoryCount, entry.index + 1);
      const bytes = FRAME_HEADER_BYTES + DIRECTORY_ENTRY_BYTES;
      writeFrame(this.#frame, 0, {
        codec: FrameCodec.Directory,
        ...pick(origin),
        count: 1,
        firstPosition: entry.index,
        directoryCount: this.#directoryCount,
        payload: encodeDirectoryEntry(entry),
      });
      this.#file.write(this.#frame.subarray(0, bytes));
    }
  }

  /** `bytes` holds whole ticks at consecutive positions from `firstPosition` on. */
  ticksRun(origin: TickOrigin, firstPosition: number, bytes: Uint8Array): void {
    const count = bytes.length / TICK_BYTES;
    for (let done = 0; done < count; done += FRAME_TICKS_MAX) {
      const here = Math.min(FRAME_TICKS_MAX, count - done);
      const payload = bytes.subarray(done * TICK_BYTES, (done + here) * TICK_BYTES);
      const end = writeFrame(this.#frame, 0, {
        codec: FrameCodec.Ticks,
        ...pick(origin),
        count: here,
        firstPosition: firstPosition + done,
        directoryCount: this.#directoryCount,
        payload,
      });
      this.#file.write(this.#frame.subarray(0, end));
      this.#ticks += here;
    }
  }

  /** Makes the file durable and closes it. */
  close(): void {
    this.#file.close();
  }
}

const pick = ({ ringIdHi, ringIdLo, epoch }: TickOrigin): TickOrigin => ({
  ringIdHi,
  ringIdLo,
  epoch,
});
