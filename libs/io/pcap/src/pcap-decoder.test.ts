// Goal: every frame of a capture is given as it lies there, whatever pieces it arrives in. Method:
// files written out by hand in all forms, split and cut at every byte.
import { describe, expect, test } from 'vitest';
import { blocksOf, bytesOf, classicPcap, joined } from '../test/capture-bytes.ts';
import { FIRST, SECOND, read, sampleNg } from '../test/read-frames.ts';
import { PcapDecoder } from './pcap-decoder.ts';

describe('classic pcap', () => {
  test('in µs, little-endian, is these bytes', () => {
    const file = bytesOf(`d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000
      002f6859 40e20100 05000000 40000000 0102030405`);
    expect(read(file)).toEqual({
      error: undefined,
      frames: [
        { tsNs: 1_500_000_000_123_456_000n, linkType: 1, bytes: '0102030405', at: 24, wire: 64 },
      ],
    });
  });

  test('in ns, big-endian, is these bytes', () => {
    const file = bytesOf(`a1b23c4d 0002 0004 00000000 00000000 0000ffff 00000071
      59682f00 3ade68b1 00000003 00000003 aabbcc`);
    expect(read(file).frames).toEqual([
      { tsNs: 1_500_000_000_987_654_321n, linkType: 113, bytes: 'aabbcc', at: 24, wire: 3 },
    ]);
  });

  test.each([
    [0xa1b2_c3d4, true, 123_456_000n],
    [0xa1b2_c3d4, false, 123_456_000n],
    [0xa1b2_3c4d, true, 123_456n],
    [0xa1b2_3c4d, false, 123_456n],
  ])('with magic %d, little-endian %s, gives its unit of time', (magic, littleEndian, fraction) => {
    const { frames } = read(classicPcap([FIRST, SECOND], { magic, littleEndian, linkType: 228 }));
    expect(frames.map(({ tsNs }) => tsNs)).toEqual([
      1_500_000_000_000_000_000n + fraction,
      1_500_000_001_000_000_000n + fraction,
    ]);
    expect(frames.map(({ linkType, bytes }) => [linkType, bytes])).toEqual([
      [228, '0102030405'],
      [228, 'aabbcc'],
    ]);
  });

  test('without a frame is a capture', () => {
    expect(read(classicPcap([]))).toEqual({ frames: [], error: undefined });
  });

  test('takes no more of the link type than its lower half', () => {
    expect(read(classicPcap([FIRST], { linkType: 0x3400_0001 })).frames[0]?.linkType).toBe(1);
  });
});

const NO_TIME = 2n ** 64n - 1n;
const SAMPLE_FRAMES = [
  { tsNs: 1_500_000_000_987_654_321n, linkType: 1, bytes: '0102030405', wire: 99 },
  { tsNs: 1_500_000_000_123_456_000n, linkType: 101, bytes: 'aabbcc', wire: 3 },
  { tsNs: NO_TIME, linkType: 1, bytes: '0102030405', wire: 5 },
];

describe('pcapng', () => {
  test('is these bytes', () => {
    const file = bytesOf(`0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
      01000000 20000000 0100 0000 ffff0000 0900 0100 09000000 0000 0000 20000000
      06000000 28000000 00000000 6312d114 b1eca9da 05000000 40000000 0102030405 000000 28000000`);
    expect(read(file)).toEqual({
      error: undefined,
      frames: [
        { tsNs: 0x14d1_1263_daa9_ecb1n, linkType: 1, bytes: '0102030405', at: 60, wire: 64 },
      ],
    });
  });

  test.each([[true], [false]])('gives packets of all interfaces, little-endian %s', (little) => {
    const { frames, error } = read(sampleNg(little));
    expect(error).toBeUndefined();
    expect(frames.map(({ at: _at, ...frame }) => frame)).toEqual(SAMPLE_FRAMES);
  });

  test('forgets byte order and interfaces at a new section', () => {
    const little = blocksOf(true);
    const big = blocksOf(false);
    const file = joined(
      ...[little.section(), little.interface(1), little.enhanced({ bytes: FIRST })],
      ...[big.section(), big.interface(113), big.enhanced({ bytes: SECOND })],
    );
    expect(read(file).frames.map(({ linkType }) => linkType)).toEqual([1, 113]);
    const without = joined(file, little.section(), little.enhanced({ bytes: FIRST }));
    const { frames, error } = read(without);
    expect(frames).toHaveLength(2);
    expect(error).toMatchObject({ code: 'BAD_BLOCK', offset: file.length + 28 });
  });

  test.each([
    ['10^-3', 3, 1_500_000_000_123n, 1_500_000_000_123_000_000n],
    ['10^-12, rounded down', 12, 1_500_000_000_123_456_789n, 1_500_000_000_123_456n],
    ['10^0', 0, 1_500_000_000n, 1_500_000_000_000_000_000n],
    ['2^-10', 0x8a, 1_500_000_000n * 1024n + 512n, 1_500_000_000_500_000_000n],
    ['10^-127', 127, 2n ** 64n - 1n, 0n],
    ['seconds that no 64 bits hold', 0, 2n ** 63n, NO_TIME],
  ])('has times in %s', (_what, resolution, ticks, expected) => {
    const blocks = blocksOf(true);
    const options = [[9, Uint8Array.of(resolution)]] as const;
    const file = joined(
      ...[blocks.section(), blocks.interface(1, options), blocks.enhanced({ bytes: FIRST, ticks })],
    );
    expect(read(file).frames[0]?.tsNs).toBe(expected);
  });

  test('adds the offset of an interface, and says nothing of a time before 1970', () => {
    const blocks = blocksOf(false);
    const offset = (seconds: bigint) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigInt64(0, seconds);
      return [[14, new Uint8Array(view.buffer)]] as const;
    };
    const file = joined(
      ...[blocks.section(), blocks.interface(1, offset(7n)), blocks.interface(1, offset(-7n))],
      ...[blocks.enhanced({ bytes: FIRST, ticks: 1n })],
      ...[blocks.enhanced({ bytes: FIRST, ticks: 1n, interface: 1 })],
    );
    expect(read(file).frames.map(({ tsNs }) => tsNs)).toEqual([7_000_001_000n, NO_TIME]);
  });

  test('has simple packets as long as the interface captures at most', () => {
    const blocks = blocksOf(true);
    const short = joined(
      ...[blocks.section(), blocks.block(1, bytesOf('0100 0000 02000000'))],
      ...[blocks.simple(FIRST.subarray(0, 2), 5)],
    );
    expect(read(short).frames[0]).toMatchObject({ bytes: '0102', wire: 5 });
    const unlimited = joined(
      ...[blocks.section(), blocks.block(1, bytesOf('0100 0000 00000000')), blocks.simple(FIRST)],
    );
    expect(read(unlimited).frames[0]).toMatchObject({ bytes: '0102030405' });
  });
});

const FILES: readonly (readonly [string, Uint8Array, readonly number[]])[] = [
  ['classic', classicPcap([FIRST, SECOND]), [24, 45, 64]],
  ['pcapng', sampleNg(true), [28, 68, 108, 160, 180, 228, 252]],
];

describe.each(FILES)('a %s file', (_name, file, ends) => {
  const whole = read(file);

  test.each([1, 2, 3, 5, 7, 16, 31])('in pieces of %d bytes gives the same', (pieceBytes) => {
    expect(whole.error).toBeUndefined();
    expect(read(file, pieceBytes)).toEqual(whole);
  });

  test('split in two at every byte gives the same', () => {
    for (let split = 1; split < file.length; split += 1) {
      const decoder = new PcapDecoder();
      let count = 0;
      for (const piece of [file.subarray(0, split), file.subarray(split)]) {
        decoder.push(piece);
        while (decoder.next() !== undefined) count += 1;
      }
      decoder.end();
      expect(count).toBe(whole.frames.length);
    }
  });

  test('cut at every byte gives what is whole, then where the rest begins', () => {
    for (let cut = 1; cut < file.length; cut += 1) {
      const { frames, error } = read(file.subarray(0, cut));
      expect(frames).toEqual(whole.frames.slice(0, frames.length));
      const begun = [0, ...ends].filter((end) => end <= cut).at(-1)!;
      if (cut === begun) expect(error).toBeUndefined();
      else expect(error).toMatchObject({ code: 'TRUNCATED', offset: begun });
    }
    expect(ends.at(-1)).toBe(file.length);
  });
});
