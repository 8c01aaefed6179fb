import { DbnFileError, codeOf } from './errors.ts';
import { ZstdFrameWalk } from './zstd-frame-walk.ts';
import { ZstdFrame } from './zstd-frame.ts';

/**
 * Decompresses zstd of any number of frames, those that hold something else passed over, at the
 * pace of whoever takes the pieces. Each piece is a buffer of its own.
 *
 * @param source - The compressed bytes, in pieces of any size.
 * @throws DbnFileError `BAD_ZSTD`, `TRUNCATED`, after what could be decompressed; of the piece in
 *   which damage is found nothing is given.
 */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const walk = new ZstdFrameWalk();
  let frame: ZstdFrame | undefined;
  let frameAt = 0;
  try {
    for await (const piece of source) {
      for (let at = 0; at < piece.length;) {
        const begin = at;
        if (frame === undefined) {
          frame = new ZstdFrame();
          frameAt = walk.offset;
        }
        at = walk.walk(piece, begin);
        yield* frame.write(piece.subarray(begin, at));
        if (!walk.isBetweenFrames) continue;
        yield* frame.end();
        frame = undefined;
      }
    }
  } catch (error) {
    throw isZlibError(error) ? damaged(frameAt, error) : error;
  } finally {
    frame?.destroy();
  }
  if (walk.isBetweenFrames) return;
  const bytes = walk.offset - frameAt;
  const detail = `the file ends ${bytes} bytes behind this, within a frame of zstd`;
  throw new DbnFileError('TRUNCATED', frameAt, { detail });
}

function isZlibError(error: unknown): boolean {
  return /^(Z_|ZSTD_)/.test(codeOf(error));
}

function damaged(frameAt: number, cause: unknown): DbnFileError {
  const detail = `the frame of zstd that begins here is damaged (${codeOf(cause)})`;
  return new DbnFileError('BAD_ZSTD', frameAt, { detail, cause });
}
