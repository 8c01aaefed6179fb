import { createZstdDecompress } from 'node:zlib';
import type { Passes } from '@tickwire/testing';

/** Of what is decompressed at a time: it stays in the cache until it is read. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Passes over what a stream of zstd decompresses to, as files and connections are read.
 *
 * @param take - Takes one piece of a pass.
 * @returns what all threads have used of a core, the one that decompresses and the one that reads.
 */
export async function zstdPasses(
  packed: Uint8Array,
  counts: { readonly warmUp: number; readonly passes: number },
  take: () => (piece: Uint8Array) => void,
): Promise<Passes> {
  const ns: number[] = [];
  for (let pass = -counts.warmUp; pass < counts.passes; pass++) {
    const begin = process.cpuUsage();
    const onPiece = take();
    const stream = createZstdDecompress({ chunkSize: CHUNK_BYTES });
    stream.end(packed);
    for await (const piece of stream as AsyncIterable<Uint8Array>) onPiece(piece);
    const { user, system } = process.cpuUsage(begin);
    if (pass >= 0) ns.push((user + system) * 1_000);
  }
  return { ns, fold: 0 };
}
