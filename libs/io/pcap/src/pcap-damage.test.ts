// Goal: what is no capture, or a damaged one, ends with a code and a place, after what was good.
// Method: every length exaggerated, every contradiction made, and 20,000 mutations.
import { describe, expect, test } from 'vitest';
import { seededRandom, testSeed } from '@tickwire/testing';
import { Numbers, blocksOf, bytesOf, classicPcap, joined } from '../test/capture-bytes.ts';
import { FIRST, SECOND, read, sampleNg } from '../test/read-frames.ts';
import { PcapDecoder, isPcap } from './pcap-decoder.ts';

function codeOf(file: Uint8Array): { code: string | undefined; offset: number | undefined } {
  const { error } = read(file);
  return { code: error?.code, offset: error?.offset };
}

describe('lengths that no capture has', () => {
  test.each([0xffff_ffff, 0x7fff_ffff, 262_145])('end a classic file: %d', (length) => {
    const bad = joined(classicPcap([FIRST]), new Numbers(true).u32(0, 0, length, length));
    const { frames, error } = read(bad);
    expect(frames).toHaveLength(1);
    expect(error).toMatchObject({ code: 'BAD_LENGTH', offset: 45 });
  });

  const blocks = blocksOf(true);
  const start = joined(blocks.section(), blocks.interface(1), blocks.enhanced({ bytes: FIRST }));
  const of = new Numbers(true);

  test.each([
    ['a block of 0 bytes', of.u32(6, 0, 0)],
    ['a block of 13 bytes', of.u32(4, 13, 0)],
    ['a section of 24 bytes', of.u32(0x0a0d_0d0a, 24, 0x1a2b_3c4d, 1, 0, 24)],
    ['an interface of 16 bytes', of.u32(1, 16, 1, 16)],
    ['an interface of 2 GiB', of.u32(1, 0x8000_0000, 1)],
    ['a packet of 28 bytes', of.u32(6, 28, 0, 0, 0, 0, 28)],
    ['a packet longer than its block', of.u32(6, 36, 0, 0, 0, 5, 5, 0, 36)],
    ['a packet of 4 GiB', of.u32(6, 0xffff_fffc, 0, 0, 0, 0xffff_fff0, 5, 0, 36)],
    ['a packet above 256 KiB', of.u32(6, 0x8_0000, 0, 0, 0, 262_145, 5, 0, 36)],
    ['a simple packet of 12 bytes', of.u32(3, 12, 12)],
    ['a simple packet longer than its block', of.u32(3, 20, 9, 0, 20)],
  ])('end a pcapng file: %s', (_what, block) => {
    const { frames, error } = read(joined(start, block));
    expect(frames).toHaveLength(1);
    expect(error).toMatchObject({ code: 'BAD_LENGTH', offset: start.length });
  });

  test('of blocks that nobody knows are passed over, whatever they are', () => {
    const length = 64 * 1024 * 1024;
    const decoder = new PcapDecoder();
    decoder.push(joined(start, of.u32(0x7777, length)));
    expect(decoder.next()).toBeDefined();
    const piece = new Uint8Array(1024 * 1024);
    for (let left = length - 12; left > 0; left -= piece.length) {
      expect(decoder.next()).toBeUndefined();
      decoder.push(piece.subarray(0, Math.min(left, piece.length)));
    }
    decoder.push(joined(of.u32(length), blocks.enhanced({ bytes: SECOND })));
    expect(decoder.next()).toMatchObject({ index: 1, offset: start.length + length });
    expect(decoder.next()).toBeUndefined();
    decoder.end();
  });
});

describe('what is no capture, or contradicts itself', () => {
  const blocks = blocksOf(true);
  const of = new Numbers(true);
  const head = joined(blocks.section(), blocks.interface(1));

  test('has no byte', () => {
    expect(codeOf(new Uint8Array(0))).toEqual({ code: 'EMPTY', offset: 0 });
  });

  test.each([
    ['text', '68656c6c6f', 'neither pcap nor pcapng'],
    ['gzip', '1f8b0800', 'neither pcap nor pcapng'],
  ])('is %s', (_what, hex, message) => {
    const { error } = read(bytesOf(hex));
    expect(error).toMatchObject({ code: 'UNKNOWN_MAGIC', offset: 0 });
    expect(error?.message).toContain(message);
  });

  test('is compressed: the hint says with what', () => {
    expect(read(bytesOf('1f8b0800')).error?.hint).toBe('decompress it: gunzip');
    expect(read(bytesOf('28b52ffd')).error?.hint).toBe('decompress it: unzstd');
  });

  test('is of another version', () => {
    const classic = classicPcap([FIRST]);
    classic[4] = 3;
    expect(codeOf(classic)).toEqual({ code: 'UNSUPPORTED_VERSION', offset: 0 });
    const ng = head.slice();
    ng[12] = 2;
    expect(codeOf(ng)).toEqual({ code: 'UNSUPPORTED_VERSION', offset: 0 });
  });

  test.each([
    ['has no byte order', of.u32(0x0a0d_0d0a, 28, 0x1234_5678)],
    ['has two lengths', joined(of.u32(4, 16, 0, 20))],
    ['is of an interface that there is not', blocks.enhanced({ bytes: FIRST, interface: 1 })],
    ['has an option that leads out of it', blocks.block(1, of.u32(1, 9), of.u16(2, 9), of.u32(0))],
  ])('has a block that %s', (_what, block) => {
    expect(codeOf(joined(head, block))).toEqual({ code: 'BAD_BLOCK', offset: head.length });
  });

  test('has more interfaces than anybody needs', () => {
    const many = Array.from({ length: 4097 }, () => blocks.interface(1));
    expect(codeOf(joined(blocks.section(), ...many)).code).toBe('BAD_BLOCK');
  });

  test('says the same each time it is asked', () => {
    const decoder = new PcapDecoder();
    decoder.push(bytesOf('68656c6c6f'));
    const refused = expect.objectContaining({ code: 'UNKNOWN_MAGIC' });
    expect(() => decoder.next()).toThrow(refused);
    expect(() => decoder.next()).toThrow(refused);
    expect(() => decoder.end()).toThrow(refused);
  });

  test('is known by its first four bytes', () => {
    expect(isPcap(classicPcap([]))).toBe(true);
    expect(isPcap(head)).toBe(true);
    expect(isPcap(bytesOf('0a0d0d'))).toBe(false);
    expect(isPcap(bytesOf('0a0d0d0b'))).toBe(false);
  });
});

test('20,000 mutated files give frames within bounds, then an end or a typed error', () => {
  const random = seededRandom(testSeed());
  const below = (end: number) => Math.floor(random() * end);
  const sources = [
    classicPcap([FIRST, SECOND, new Uint8Array(70)]),
    classicPcap([FIRST], { littleEndian: false, magic: 0xa1b2_3c4d }),
    sampleNg(true),
    sampleNg(false),
  ];
  const seen = new Set<string>();
  for (let round = 0; round < 20_000; round += 1) {
    let file = sources[below(sources.length)]!.slice();
    for (let changes = 1 + below(4); changes > 0; changes -= 1) {
      const extreme = [0, 0x7f, 0x80, 0xff][below(4)]!;
      file[below(file.length)] = random() < 0.5 ? extreme : below(256);
    }
    if (random() < 0.2) file = file.subarray(0, below(file.length));
    const { frames, error } = read(file, 1 + below(file.length + 1));
    for (const { bytes } of frames) expect(bytes.length / 2).toBeLessThanOrEqual(file.length);
    seen.add(error?.code ?? 'whole');
  }
  expect([...seen].sort()).toEqual([
    ...['BAD_BLOCK', 'BAD_LENGTH', 'EMPTY', 'TRUNCATED', 'UNKNOWN_MAGIC', 'UNSUPPORTED_VERSION'],
    'whole',
  ]);
});
