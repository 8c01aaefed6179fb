import { constants, zstdCompressSync } from 'node:zlib';

/** One frame of zstd. */
export function zstdFrame(content: Uint8Array, options: { checksum?: boolean } = {}): Uint8Array {
  const checksum = options.checksum === true ? 1 : 0;
  return zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: checksum } });
}

/** A small frame of which so many bytes come out. */
export function zstdFrameOfZeros(bytes: number): Uint8Array {
  return zstdFrame(new Uint8Array(bytes));
}
