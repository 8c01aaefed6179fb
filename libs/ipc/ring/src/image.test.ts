// Goal: an image gives the last whole tick of each kind and instrument or says that it cannot, and
// no bytes of a file make it read outside. Method: a plain map as the model; torn cells made by
// hand; changed bytes. Two processes at once: image-processes.stress.test.ts of io/rings.
import { INSTRUMENT_ALL, TICK_BYTES, TICK_KIND_OFFSET } from '@tickwire/core';
import { seededRandom, testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ImageRead,
  ImageReader,
  ImageWriter,
  RingError,
  formatImage,
  imageBytes,
  readImageHeader,
} from './index.ts';

const KINDS = [1, 2, 9, 14] as const;
const CELLS_AT = 4_096;
const CELL_BYTES = 80;
const ringId = { hi: 7, lo: 9 };

function setUp(capacity = 8, arch = 'x64') {
  const buffer = new ArrayBuffer(imageBytes(capacity));
  formatImage(buffer, { ringId, capacity, kinds: KINDS });
  return {
    buffer,
    writer: new ImageWriter(buffer, { arch, epoch: 3 }),
    reader: new ImageReader(buffer, { arch }),
  };
}

interface SmallTick {
  instrument: number;
  kind: number;
  value: number;
}

function bytesOf(ticks: readonly SmallTick[], offset = 0): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(offset + ticks.length * TICK_BYTES), offset);
  const view = new DataView(bytes.buffer, offset);
  ticks.forEach(({ instrument, kind, value }, at) => {
    view.setUint32(at * TICK_BYTES + 16, instrument, true);
    bytes[at * TICK_BYTES + TICK_KIND_OFFSET] = kind;
    view.setUint32(at * TICK_BYTES + 32, value, true);
    view.setUint32(at * TICK_BYTES + 60, value, true);
  });
  return bytes;
}

/** −1 when the tick is of two stores. */
const valueOf = ({ view }: ImageReader): number => {
  const value = view.getUint32(32, true);
  return view.getUint32(60, true) === value ? value : -1;
};

const isKept = (key: string): boolean => {
  const [row = 8, kind] = key.split(' ').map(Number);
  return row < 8 && KINDS.some((one) => one === kind);
};

/** All that an image has, as the model keeps it. */
function shownBy(reader: ImageReader): [string, { value: number; position: number }][] {
  const shown: [string, { value: number; position: number }][] = [];
  for (let instrument = 0; instrument < 10; instrument++) {
    for (let kind = 0; kind < 16; kind++) {
      if (reader.read(instrument, kind) !== ImageRead.Found) continue;
      const value = valueOf(reader);
      shown.push([`${instrument} ${kind}`, { value, position: reader.position }]);
    }
  }
  return shown.sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('image', () => {
  test('states its ring, its size and its kinds at fixed places', () => {
    const { buffer } = setUp();
    const view = new DataView(buffer);
    expect(new TextDecoder().decode(new Uint8Array(buffer, 0, 8))).toBe('TICKIMAG');
    expect([8, 16, 20, 28, 40, 44].map((at) => view.getUint32(at, true))).toEqual([
      1, 80, 8, 4096, 9, 7,
    ]);
    expect(readImageHeader(buffer)).toEqual({
      ringId,
      capacity: 8,
      kinds: [1, 2, 9, 14],
      totalBytes: 4_096 + 8 * 320,
      epoch: 3,
    });
  });

  test.each(['x64', 'arm64'])('gives the last of each kind and instrument (%s)', (arch) => {
    const random = seededRandom(testSeed());
    const int = (below: number): number => Math.floor(random() * below);
    const { writer, reader } = setUp(8, arch);
    const model = new Map<string, { value: number; position: number }>();
    let position = 2 ** 32 - 300;
    let outside = 0;
    for (let batch = 0; batch < 60; batch++) {
      const ticks = Array.from({ length: 1 + int(6) }, () => ({
        instrument: random() < 0.1 ? INSTRUMENT_ALL : int(9),
        kind: int(16),
        value: int(2 ** 32),
      }));
      writer.update(bytesOf(ticks, random() < 0.2 ? 3 : 0), ticks.length, position);
      ticks.forEach(({ instrument, kind, value }, at) => {
        const row = instrument === INSTRUMENT_ALL ? 0 : instrument;
        if (row === 8 && KINDS.some((one) => one === kind)) outside++;
        model.set(`${row} ${kind}`, { value, position: position + at });
      });
      position += ticks.length;
      expect(reader.through).toBe(position);
      expect(shownBy(reader)).toEqual(
        [...model].filter(([key]) => isKept(key)).sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    }
    expect(writer.outside).toBe(outside);
  });

  test('a cell left half-written is torn, until it is written again or cleared', () => {
    const { buffer, writer, reader } = setUp();
    writer.update(bytesOf([{ instrument: 2, kind: 1, value: 5 }]), 1, 10);
    writer.update(bytesOf([{ instrument: 3, kind: 9, value: 6 }]), 1, 11);
    const cells = new Float64Array(buffer);
    const before = (row: number, column: number): number =>
      (CELLS_AT + (row * 4 + column) * CELL_BYTES) / 8;
    cells[before(2, 0)] = 21; // killed between `before` and `after`
    cells[before(3, 2)] = 22;
    expect(reader.read(2, 1)).toBe(ImageRead.Torn);
    const next = new ImageWriter(buffer, { arch: 'x64', epoch: 4 });
    next.update(bytesOf([{ instrument: 2, kind: 1, value: 7 }]), 1, 20);
    expect(reader.read(2, 1)).toBe(ImageRead.Found);
    expect(valueOf(reader)).toBe(7);
    expect(next.clearTorn()).toBe(1);
    expect(reader.read(3, 9)).toBe(ImageRead.None);
    expect(next.clearTorn()).toBe(0);
  });

  test('refuses a header that is not one, and never reads outside', () => {
    const { buffer, writer } = setUp();
    writer.update(bytesOf([{ instrument: 2, kind: 1, value: 5 }]), 1, 10);
    const place = fc.oneof(
      fc.integer({ min: 0, max: 63 }),
      fc.integer({ min: 0, max: buffer.byteLength - 1 }),
    );
    const change = fc.tuple(place, fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.boolean(), (changes, cut) => {
        const copy = new Uint8Array(buffer.slice(0, cut ? 5_000 : buffer.byteLength));
        for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
        try {
          const reader = new ImageReader(copy.buffer, { arch: 'x64' });
          for (let row = 0; row < reader.header.capacity; row++) reader.read(row, 1);
        } catch (error) {
          expect(error).toBeInstanceOf(RingError);
        }
      }),
      { numRuns: 200, seed: testSeed() },
    );
    expect(() => imageBytes(0)).toThrow(expect.objectContaining({ code: 'BAD_GEOMETRY' }));
    expect(() => readImageHeader(new ArrayBuffer(10))).toThrow(
      expect.objectContaining({ code: 'TRUNCATED' }),
    );
  });
});
