/**
 * The bytes of a file, decompressed when its first bytes say gzip, in pieces of bounded size.
 *
 *   file ─▶ (gunzip) ─▶ one waiting piece at a time ─▶ reader
 *
 * The reader's pace is the file's pace: nothing is read ahead beyond the stream's own buffers.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip, constants, gunzipSync } from 'node:zlib';
import { CaptureError } from './errors.ts';

const PLAIN_PIECE_BYTES = 256 * 1024;
/** Small, because the output of the piece in which damage is found is lost. */
const GZIP_PIECE_BYTES = 16 * 1024;
const HEAD_BYTES = 4096;

/** The first bytes (≤ 4 KiB, decompressed) of a file, and whether it is gzip. */
export interface FileHead {
  readonly bytes: Uint8Array;
  readonly gzip: boolean;
}

/** @throws CaptureError `UNREADABLE`. */
export async function readHead(path: string): Promise<FileHead> {
  let raw: Uint8Array;
  try {
    await using file = await open(path, 'r');
    const buffer = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0);
    raw = buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (!isGzip(raw)) return { bytes: raw, gzip: false };
  try {
    // Only a part of the file: a flush instead of a finish takes what there is.
    const bytes = gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH });
    return { bytes: bytes.subarray(0, HEAD_BYTES), gzip: true };
  } catch {
    return { bytes: new Uint8Array(0), gzip: true };
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Yields the file's bytes in order. Each piece is a buffer of its own: views of it stay valid.
 *
 * @param onRead - Told with each piece how many bytes of the file itself were read so far.
 * @throws CaptureError `UNREADABLE`, `BAD_GZIP`, `TRUNCATED` (gzip), after all bytes before it.
 */
export async function* readBytes(
  path: string,
  gzip: boolean,
  onRead?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, {
    highWaterMark: gzip ? GZIP_PIECE_BYTES : PLAIN_PIECE_BYTES,
  });
  const source: Readable = gzip ? gunzipped(file) : file;
  try {
    for await (const piece of pieces(source)) {
      onRead?.(file.bytesRead);
      yield piece;
    }
  } catch (cause) {
    throw gzip ? gzipError(path, cause) : unreadable(path, cause);
  } finally {
    source.destroy();
    file.destroy();
  }
}

/**
 * Flushes before it ends: damage found while ending would take the last piece's output with it.
 */
function gunzipped(file: Readable): Readable {
  const gunzip = createGunzip({ chunkSize: PLAIN_PIECE_BYTES });
  file.on('error', (error) => gunzip.destroy(error));
  file.on('end', () => gunzip.flush(() => gunzip.end()));
  return file.pipe(gunzip, { end: false });
}

/**
 * As iterating over the stream, except that pieces which arrived before an error are still given:
 * the stream's own iterator drops them.
 */
async function* pieces(source: Readable): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = [];
  let end: { error?: Error } | undefined;
  let wake = (): void => undefined;
  source.on('data', (piece: Uint8Array) => {
    waiting.push(piece);
    source.pause();
    wake();
  });
  source.on('end', () => {
    end ??= {};
    wake();
  });
  source.on('error', (error: Error) => {
    end ??= { error };
    wake();
  });
  for (;;) {
    const piece = waiting.shift();
    if (piece !== undefined) {
      yield piece;
    } else if (end !== undefined) {
      if (end.error !== undefined) throw end.error;
      return;
    } else {
      const arrived = new Promise<void>((resolve) => (wake = resolve));
      source.resume();
      await arrived;
    }
  }
}

function gzipError(path: string, cause: unknown): CaptureError {
  const code = codeOf(cause);
  if (code === 'Z_BUF_ERROR') {
    return new CaptureError('TRUNCATED', 'the compressed data end too early', {
      file: path,
      cause,
    });
  }
  if (code.startsWith('Z_')) {
    return new CaptureError('BAD_GZIP', `the compressed data are damaged (${code})`, {
      file: path,
      cause,
    });
  }
  return unreadable(path, cause);
}

export function unreadable(path: string, cause: unknown): CaptureError {
  return new CaptureError('UNREADABLE', `cannot be read (${codeOf(cause)})`, {
    file: path,
    hint: 'check the path and its permissions',
    cause,
  });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
