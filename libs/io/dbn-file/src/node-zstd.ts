/** zstd where Node has it. Taken as a whole: a name that is not there would end the program. */
import * as zlib from 'node:zlib';
import type { ZstdCompress, ZstdDecompress } from 'node:zlib';
import { DbnFileError } from './errors.ts';

const CHUNK_BYTES = 256 * 1024;

/** @throws DbnFileError `NO_ZSTD`. */
export function zstdCompressor(): ZstdCompress {
  if (typeof zlib.createZstdCompress !== 'function') throw noZstd();
  return zlib.createZstdCompress();
}

/** @throws DbnFileError `NO_ZSTD`. */
export function zstdDecompressor(): ZstdDecompress {
  if (typeof zlib.createZstdDecompress !== 'function') throw noZstd();
  return zlib.createZstdDecompress({ chunkSize: CHUNK_BYTES });
}

/** All that was written so far can be read from the file. */
export function flushBlock(packer: ZstdCompress, done: () => void): void {
  packer.flush(zlib.constants.ZSTD_e_flush, done);
}

const noZstd = (): DbnFileError =>
  new DbnFileError('NO_ZSTD', 0, { detail: `Node ${process.versions.node} has no zstd` });
