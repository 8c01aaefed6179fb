// Goal: frames keep ticks and say when they do not. Method: golden header, round trip, mutation.
import fc from 'fast-check';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  FRAME_HEADER_BYTES,
  FrameCodec,
  TickError,
  crc32,
  readFrameHeader,
  readFramePayload,
  writeFrame,
} from './index.ts';

const frame = {
  codec: FrameCodec.Ticks,
  ringIdHi: 0x0102_0304,
  ringIdLo: 0x0506_0708,
  epoch: 3,
  count: 2,
  firstPosition: 2 ** 40 + 5,
  directoryCount: 9,
} as const;

function written(): Uint8Array {
  const payload = Uint8Array.from({ length: 128 }, (_, index) => index);
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + 128);
  expect(writeFrame(bytes, 0, { ...frame, payload })).toBe(bytes.length);
  return bytes;
}

describe('frame', () => {
  test('has the golden header', () => {
    const checksum = Buffer.alloc(4);
    const bytes = written();
    const covered = [bytes.subarray(0, 36), bytes.subarray(FRAME_HEADER_BYTES)];
    checksum.writeUInt32LE(zlibCrc32(Buffer.concat(covered)));
    expect(Buffer.from(written().subarray(0, FRAME_HEADER_BYTES)).toString('hex')).toBe(
      '54574631' +
        '0100' +
        '0000' +
        '0807060504030201' +
        '03000000' +
        '02000000' +
        '0500000000010000' +
        '09000000' +
        checksum.toString('hex') +
        '00'.repeat(24),
    );
  });

  test('gives back what was written', () => {
    const bytes = written();
    const header = readFrameHeader(bytes, 0);
    expect(header).toMatchObject(frame);
    expect(readFramePayload(bytes, 0, header)).toEqual(bytes.subarray(FRAME_HEADER_BYTES));
  });

  test('notices every single changed or missing byte', () => {
    const bytes = written();
    const read = (copy: Uint8Array): void => {
      const header = readFrameHeader(copy, 0);
      readFramePayload(copy, 0, header);
    };
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.slice(0, length))).toThrow(TickError);
    }
    const reserved = (at: number): boolean => at >= 40 && at < FRAME_HEADER_BYTES;
    for (let at = 0; at < bytes.length; at++) {
      if (reserved(at)) continue;
      for (const flip of [0x01, 0x80, 0xff]) {
        const copy = Uint8Array.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ flip;
        expect(() => read(copy)).toThrow(TickError);
      }
    }
  });

  test('meets any bytes with a value or a TickError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 200 }), (noise) => {
        const copy = written();
        copy.set(noise.subarray(0, copy.length));
        try {
          readFramePayload(copy, 0, readFrameHeader(copy, 0));
        } catch (error) {
          expect(error).toBeInstanceOf(TickError);
        }
      }),
    );
  });
});

test('crc32 equals the one of zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes));
    }),
  );
});
