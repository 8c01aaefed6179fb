import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { DbnDecoder, START_BYTES, foreignFormat } from '@tickwire/wire-dbn';
import type { DbnDecoderOptions } from '@tickwire/wire-dbn';
import { decompress } from './decompress.ts';
import { DbnFileError, codeOf } from './errors.ts';

const PIECE_BYTES = 64 * 1024;

/** A file of DBN that is being read. */
export interface DbnReading {
  /** Its metadata and counts; what it stands on belongs to the loop below. */
  readonly decoder: DbnDecoder;
  /**
   * The decoder, as often as it was given a piece of the file: take its records until there is
   * none. Once only.
   *
   *   for await (const records of reading.pieces()) while (records.next()) …
   *
   * @throws DbnError, DbnFileError at what cannot be read, after all that could be.
   */
  pieces(): AsyncGenerator<DbnDecoder>;
}

/**
 * Reads a file of any size, plain or compressed with zstd (its first bytes say which), piece by
 * piece, at the pace of who takes the records.
 */
export function readDbn(path: string, options: DbnDecoderOptions = {}): DbnReading {
  const decoder = new DbnDecoder(options);
  return { decoder, pieces: () => piecesOf(path, decoder) };
}

/**
 * Whether a file begins as DBN does, or as zstd, in which DBN mostly comes. A fragment has no such
 * mark.
 * @throws DbnFileError `UNREADABLE`.
 */
export async function isDbnFile(path: string): Promise<boolean> {
  const start = await startOf(path);
  const kind = foreignFormat(start)?.kind;
  return Buffer.from(start).toString('latin1', 0, 3) === 'DBN' || kind === 'zstd' || kind === 'dbz';
}

async function* piecesOf(path: string, decoder: DbnDecoder): AsyncGenerator<DbnDecoder> {
  const isPacked = foreignFormat(await startOf(path))?.kind === 'zstd';
  const bytes = fileBytes(path);
  for await (const piece of isPacked ? decompress(bytes) : bytes) {
    decoder.push(piece);
    yield decoder;
  }
  decoder.end();
}

async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: PIECE_BYTES });
  try {
    for await (const piece of file as AsyncIterable<Uint8Array>) yield piece;
  } catch (cause) {
    throw cause instanceof Error && 'errno' in cause ? unreadable(cause) : cause;
  } finally {
    file.destroy();
  }
}

async function startOf(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r');
    const start = new Uint8Array(START_BYTES);
    const { bytesRead } = await file.read(start, 0, START_BYTES, 0);
    return start.subarray(0, bytesRead);
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause: unknown): DbnFileError {
  return new DbnFileError('UNREADABLE', 0, {
    detail: `the file cannot be read (${codeOf(cause)})`,
    cause,
  });
}
