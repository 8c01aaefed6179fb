// Goal: frames of zstd are read to the last one, however the file is cut into pieces, and damage is
// an error with its place. Method: frames of Node's own compression, put together.
import { zstdFrame, zstdFrameOfZeros } from '../test/zstd-frames.ts';
import { describe, expect, test } from 'vitest';
import { decompress } from './decompress.ts';
import { DbnFileError } from './errors.ts';

const SKIPPABLE = Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
const first = Buffer.from('first '.repeat(40));
const second = Buffer.from('and second');

function* cut(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function* pieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  yield* cut(bytes, pieceBytes);
}

/** What comes out, and why no more did. */
async function unpack(bytes: Uint8Array, pieceBytes = bytes.length) {
  const out: Uint8Array[] = [];
  try {
    for await (const piece of decompress(pieces(bytes, pieceBytes))) out.push(piece);
  } catch (error) {
    if (!(error instanceof DbnFileError)) throw error;
    return { text: Buffer.concat(out).toString(), code: error.code, offset: error.offset };
  }
  return { text: Buffer.concat(out).toString() };
}

describe('decompression', () => {
  const packed = Buffer.concat([
    ...[SKIPPABLE, zstdFrame(first), SKIPPABLE, zstdFrame(second, { checksum: true })],
    SKIPPABLE,
  ]);

  test('gives the content of all frames, in pieces of any size', async () => {
    const whole = { text: `${first.toString()}${second.toString()}` };
    for (let size = 1; size <= packed.length; size += 1) {
      expect(await unpack(packed, size), `pieces of ${size}`).toEqual(whole);
    }
  });

  test('gives nothing of no bytes', async () => {
    expect(await unpack(new Uint8Array(0))).toEqual({ text: '' });
  });

  test('of a cut file gives what is whole and says where the frame begins that is not', async () => {
    const secondAt = 2 * SKIPPABLE.length + zstdFrame(first).length;
    const end = packed.length - SKIPPABLE.length;
    for (let length = secondAt + 1; length < end; length += 1) {
      const { text, ...error } = await unpack(packed.subarray(0, length), 16);
      expect(error, `cut to ${length}`).toEqual({ code: 'TRUNCATED', offset: secondAt });
      expect(text.startsWith(first.toString())).toBe(true);
    }
  });

  test('names the place of what is no frame, and of a frame that is damaged', async () => {
    const behind = Buffer.concat([zstdFrame(first), Buffer.from('no frame')]);
    const offset = zstdFrame(first).length;
    expect(await unpack(behind)).toEqual({ text: first.toString(), code: 'BAD_ZSTD', offset });
    const checked = Buffer.from(zstdFrame(second, { checksum: true }));
    checked[checked.length - 1]! ^= 0xff;
    const damaged = Buffer.concat([zstdFrame(first), checked]);
    expect(await unpack(damaged)).toMatchObject({ code: 'BAD_ZSTD', offset });
  });

  test('holds no more than is taken of data that were compressed ten thousandfold', async () => {
    const bytes = 64 * 1024 * 1024;
    let largest = 0;
    let total = 0;
    for await (const piece of decompress(pieces(zstdFrameOfZeros(bytes), 1 << 20))) {
      total += piece.length;
      largest = Math.max(largest, piece.length);
    }
    expect(total).toBe(bytes);
    expect(largest).toBeLessThanOrEqual(1 << 20);
  });
});
