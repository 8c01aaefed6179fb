// Goal: the header's bytes never move by accident, and no bytes whatever make a reader crash.
// Method: golden bytes of one header, each field broken in turn, then seeded mutations.
import { describe, expect, test } from 'vitest';
import { seededRandom, testSeed } from '@tickwire/testing';
import { RingError } from './errors.ts';
import { RingMode, RingState, formatRing, readRingHeader, writePartitionCount } from './header.ts';
import { HeaderOffset, ringBytes } from './layout.ts';
import { RingReader } from './reader.ts';
import { attachWriter, makeRing, testFormat } from '../test/ring-in-memory.ts';

/** Field by field, as hex; a ring of 16 slots has 21,504 bytes. */
const golden: readonly (readonly [offset: number, hex: string])[] = [
  [0, '5449434b52494e47'], // magic
  [8, '0100000004030201'], // layout version, byte order
  [16, '40000000100000000400000004000000'], // slot bytes, slots, directory, resume
  [32, '00100000002000000030000000500000'], // offsets
  [48, '000000000000d540'], // total bytes
  [56, 'efcdab8967452301'], // ring id
  [64, '000000000000f03f'], // first position
  [72, '0100000000000100'], // mode, partition
  [128, '746573742e3000'], // name
  [192, '7465737400'], // vendor
  [256, '010000000000000000000000'], // state, epoch, pid
  [4_096, '000000000000f03f'], // claimed
  [4_224, '000000000000f03f'], // published
];

describe('ring header', () => {
  test('has the golden bytes of layout version 1', () => {
    const bytes = Buffer.from(makeRing({ firstPosition: 1 }));
    expect(bytes.length).toBe(21_504);
    for (const [offset, hex] of golden) {
      const actual = bytes.toString('hex', offset, offset + hex.length / 2);
      expect(actual, `at ${offset}`).toBe(hex);
    }
  });

  test('reads back what was formatted', () => {
    const buffer = makeRing({
      mode: RingMode.Paced,
      partition: { index: 2, count: 3 },
      firstPosition: 2 ** 40,
      createdAtMs: 1_600_000_000_000,
    });
    expect(readRingHeader(buffer)).toMatchObject({
      name: 'test.0',
      vendor: 'test',
      ringId: testFormat.ringId,
      mode: RingMode.Paced,
      state: RingState.Open,
      partition: { index: 2, count: 3 },
      firstPosition: 2 ** 40,
      createdAtMs: 1_600_000_000_000,
      epoch: 0,
    });
  });

  test('says another count of partitions, never one without its own', () => {
    const buffer = makeRing({ partition: { index: 2, count: 3 } });
    writePartitionCount(buffer, 64);
    expect(readRingHeader(buffer).partition).toEqual({ index: 2, count: 64 });
    for (const count of [0, 2, 2.5, 65_536, NaN]) {
      expect(() => writePartitionCount(buffer, count)).toThrow(
        expect.objectContaining({ code: 'BAD_HEADER' }),
      );
    }
    expect(readRingHeader(buffer).partition).toEqual({ index: 2, count: 64 });
  });

  test('tells another byte order from damage', () => {
    const buffer = makeRing();
    const view = new DataView(buffer);
    view.setUint32(HeaderOffset.endianProbe, 0x0102_0304, false);
    expect(() => readRingHeader(buffer)).toThrow(
      expect.objectContaining({ code: 'WRONG_ENDIAN', field: 'endianProbe', offset: 12 }),
    );
    view.setUint32(HeaderOffset.endianProbe, 7, true);
    expect(() => readRingHeader(buffer)).toThrow(expect.objectContaining({ code: 'BAD_HEADER' }));
  });

  test('refuses a ring id of 0, an empty name, a name that is not UTF-8, a partition 1 of 1', () => {
    const breaks: ((bytes: Uint8Array) => void)[] = [
      (bytes) => bytes.fill(0, HeaderOffset.ringIdLo, HeaderOffset.ringIdLo + 8),
      (bytes) => bytes.fill(0, HeaderOffset.name, HeaderOffset.name + 64),
      (bytes) => bytes.fill(0xff, HeaderOffset.name, HeaderOffset.name + 4),
      (bytes) => bytes.set([1, 0, 1, 0], HeaderOffset.partitionIndex),
    ];
    for (const breakIt of breaks) {
      const buffer = makeRing();
      breakIt(new Uint8Array(buffer));
      expect(() => readRingHeader(buffer)).toThrow(expect.objectContaining({ code: 'BAD_HEADER' }));
    }
  });

  test('refuses a file cut anywhere', () => {
    const buffer = makeRing();
    for (const length of [0, 1, 63, 4_095, 8_191, 8_192, buffer.byteLength - 1]) {
      expect(() => readRingHeader(buffer.slice(0, length))).toThrow(
        expect.objectContaining({ code: 'TRUNCATED' }),
      );
    }
  });

  test('refuses to format what it would refuse to read', () => {
    const buffer = new ArrayBuffer(ringBytes(testFormat));
    expect(() => formatRing(buffer, { ...testFormat, ringId: { hi: 0, lo: 0 } })).toThrow(
      RingError,
    );
    expect(() => formatRing(buffer, { ...testFormat, name: '' })).toThrow(RingError);
    expect(() => formatRing(buffer, { ...testFormat, vendor: 'v'.repeat(17) })).toThrow(RingError);
    expect(() => formatRing(buffer, { ...testFormat, firstPosition: 2 ** 53 })).toThrow(RingError);
    expect(() => formatRing(new ArrayBuffer(8), testFormat)).toThrow(RingError);
  });

  test('survives 40,000 mutated files: a typed error or a reader that stays inside', () => {
    const random = seededRandom(testSeed());
    const pristine = makeRing();
    attachWriter(pristine).publish(new Uint8Array(64 * 40), 40);
    const original = new Uint8Array(pristine);
    let attached = 0;
    let refused = 0;
    for (let round = 0; round < 40_000; round++) {
      const bytes = mutate(original, random);
      try {
        drive(bytes.buffer);
        attached++;
      } catch (error) {
        if (!(error instanceof RingError)) throw error;
        refused++;
      }
    }
    expect(attached).toBeGreaterThan(1_000);
    expect(refused).toBeGreaterThan(1_000);
  });
});

/** Everything that a reader does with bytes that it did not write. */
function drive(buffer: ArrayBuffer): void {
  const reader = new RingReader(buffer, { arch: 'x64', from: 'oldest' });
  for (let polls = 0; polls < 4; polls++) reader.poll();
  reader.peek();
  reader.stillValid();
  reader.account();
  void reader.anchor;
  for (let index = 0; index < 5; index++) reader.directory.get(index);
}

function mutate(original: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  const bytes = original.slice(
    0,
    random() < 0.05 ? Math.floor(random() * original.length) : undefined,
  );
  const changes = 1 + Math.floor(random() * 4);
  for (let change = 0; change < changes; change++) {
    // Half of them where the fields are, the rest anywhere.
    const span = random() < 0.5 ? 640 : random() < 0.5 ? 4_096 + 1_024 : bytes.length;
    const at = Math.floor(random() * Math.min(span, bytes.length));
    bytes[at] = random() < 0.3 ? 0xff : Math.floor(random() * 256);
  }
  return bytes;
}
