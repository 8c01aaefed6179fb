/** Bytes of a ring file changed by somebody who is not its writer. */
import { closeSync, openSync, writeSync } from 'node:fs';

const OFFSET = { claimed: 4_096, published: 4_096 + 128 } as const;

/** Stores `position` as a cursor of the ring at `path`. */
export function damage(path: string, cursor: keyof typeof OFFSET, position: number): void {
  writeBytes(path, OFFSET[cursor], new Uint8Array(Float64Array.of(position).buffer));
}

/** Stores bytes at an offset of the file. */
export function writeBytes(path: string, offset: number, bytes: Uint8Array): void {
  const fd = openSync(path, 'r+');
  try {
    writeSync(fd, bytes, 0, bytes.length, offset);
  } finally {
    closeSync(fd);
  }
}
