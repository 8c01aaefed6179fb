// Goal: a late reader has the last tick of each kind at once, and never one of another ring, of a
// writer's past, or half a one; whoever goes on after a killed writer sets the image right.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@tickwire/testing';
import { TickBatch, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { createRing, ImageRead, openImage, removeRing, sameRingId } from './index.ts';
import type { RingProducer } from './index.ts';

const NAME = 'kucoin.0';

function setUp() {
  const dir = temporaryDirectory({ name: 'image', shared: true });
  const make = (options: { image?: boolean; slotCount?: number } = {}): RingProducer =>
    createRing({
      ...{ dir, name: NAME, vendor: 'kucoin', slotCount: 64, directoryCapacity: 8 },
      takeoverTick: () => batchOf(1, [[TickKind.Stream, 0, 0]]).bytes.slice(0, 64),
      image: true,
      ...options,
    });
  return { dir, make, path: join(dir, `${NAME}.image`) };
}

type Row = [kind: TickKind, instrument: number, sequence: number];

function batchOf(capacity: number, rows: readonly Row[]): TickBatch {
  const batch = new TickBatch(capacity);
  for (const [kind, instrument, sequence] of rows) {
    const tick = batch.add(kind);
    tick.instrument = instrument;
    tick.sequence = sequence;
  }
  return batch;
}

function publish(ring: RingProducer, rows: readonly Row[]): void {
  const batch = batchOf(rows.length, rows);
  ring.publish(batch.bytes, batch.count);
}

/** `kind instrument sequence @position` of all that is in the image. */
function shown(dir: string): string[] {
  const image = openImage({ dir, name: NAME });
  if (image === undefined) throw new Error('no image');
  const tick = new TickView();
  const rows: string[] = [];
  const torn = image.each((view, position) => {
    tick.wrap(view, 0);
    rows.push(`${tick.kind} ${tick.instrument} ${tick.sequence} @${position}`);
  });
  expect(torn).toBe(0);
  image.close();
  return rows;
}

const { Quote, Trade, Level, Status, Stream } = TickKind;

describe('image of a ring', () => {
  test('has the last quote, trade, status and stream of each instrument, with positions', () => {
    const { dir, make } = setUp();
    const ring = make();
    publish(ring, [
      [Quote, 1, 10],
      [Level, 1, 11],
      [Trade, 1, 12],
      [Quote, 2, 13],
    ]);
    publish(ring, [
      [Quote, 1, 14],
      [Status, 2, 15],
      [Stream, 2, 16],
    ]);
    expect(shown(dir)).toEqual([
      `${Quote} 1 14 @4`,
      `${Trade} 1 12 @2`,
      `${Quote} 2 13 @3`,
      `${Status} 2 15 @5`,
      `${Stream} 2 16 @6`,
    ]);
    const image = openImage({ dir, name: NAME });
    expect(image?.through).toBe(7);
    expect(image && sameRingId(image.header.ringId, ring.ringId)).toBe(true);
    expect(image?.read(1, Level)).toBe(ImageRead.None);
    image?.close();
    ring.close();
  });

  test('a new writer goes on in it, with what the killed one had not brought in', () => {
    const { dir, make, path } = setUp();
    const first = make();
    publish(first, [
      [Quote, 1, 10],
      [Trade, 2, 11],
    ]);
    const early = readFileSync(path);
    publish(first, [
      [Quote, 1, 12],
      [Quote, 2, 13],
      [Trade, 2, 14],
    ]);
    first.abandon();
    // As a kill leaves it: the ring is ahead, one cell is half-written, one is beyond repair.
    const cells = new Float64Array(early.buffer, early.byteOffset, early.length / 8);
    const before = (row: number, column: number): number => (4096 + (row * 4 + column) * 80) / 8;
    cells[before(1, 0)] = 3;
    cells[before(3, 0)] = 99;
    writeFileSync(path, early);
    const second = make();
    expect(second.epoch).toBe(2);
    expect(shown(dir)).toEqual([
      `${Stream} 0 0 @5`,
      `${Quote} 1 12 @2`,
      `${Quote} 2 13 @3`,
      `${Trade} 2 14 @4`,
    ]);
    const image = openImage({ dir, name: NAME });
    expect(image).toMatchObject({ through: 6, header: { epoch: 2 } });
    image?.close();
    second.close();
  });

  test('a ring that was closed or is replaced gets a new image', () => {
    const { dir, make } = setUp();
    const first = make();
    publish(first, [[Quote, 1, 10]]);
    first.close();
    const second = make();
    expect(shown(dir)).toEqual([]);
    publish(second, [[Quote, 2, 20]]);
    second.abandon();
    const third = make({ slotCount: 128 });
    expect(shown(dir)).toEqual([]);
    third.close();
  });

  test.each([
    ['is no image', () => Buffer.alloc(9_000, 1)],
    ['is cut short', (bytes: Buffer) => bytes.subarray(0, 5_000)],
    ['is empty', () => Buffer.alloc(0)],
  ])('one that %s is made anew', (_, damage) => {
    const { dir, make, path } = setUp();
    const first = make();
    publish(first, [[Quote, 1, 10]]);
    first.abandon();
    writeFileSync(path, damage(readFileSync(path)));
    const second = make();
    expect(shown(dir)).toEqual([`${Stream} 0 0 @1`, `${Quote} 1 10 @0`]);
    second.close();
  });

  test('a ring written without one has none of its past beside it', () => {
    const { dir, make, path } = setUp();
    const first = make();
    publish(first, [[Quote, 1, 10]]);
    first.abandon();
    const second = make({ image: false });
    expect(existsSync(path)).toBe(false);
    expect(openImage({ dir, name: NAME })).toBeUndefined();
    second.close();
  });

  test('goes with its ring', () => {
    const { dir, make, path } = setUp();
    const ring = make();
    expect(removeRing(dir, NAME)).toBe(false);
    expect(existsSync(path)).toBe(true);
    ring.close();
    expect(removeRing(dir, NAME)).toBe(true);
    expect(existsSync(path)).toBe(false);
  });
});
