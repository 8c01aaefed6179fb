// Goal: cursors that no writer stores are refused with a code, by whoever attaches and by whoever
// already reads, and never lead outside the ring. Method: every damage at every moment.
import { describe, expect, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { RingMode, formatRing } from './header.ts';
import { CursorCell, PAGE_BYTES, ringBytes } from './layout.ts';
import { RingReader } from './reader.ts';
import { RingWriter, checkTakeover } from './writer.ts';

const SLOTS = 16;
const PUBLISHED = 5;

function ring(): { buffer: ArrayBuffer; cells: Float64Array } {
  const format = {
    ringId: { hi: 1, lo: 2 },
    name: 'test.0',
    vendor: 'test',
    mode: RingMode.Live,
    slotCount: SLOTS,
    directoryCapacity: 4,
  };
  const buffer = new ArrayBuffer(ringBytes(format));
  formatRing(buffer, format);
  const writer = new RingWriter(buffer, { arch: 'x64', wake: () => {}, pid: 1 });
  writer.publish(new Uint8Array(TICK_BYTES * 4), 4);
  writer.publish(new Uint8Array(TICK_BYTES), 1);
  return { buffer, cells: new Float64Array(buffer, PAGE_BYTES, PAGE_BYTES / 8) };
}

const attach = (buffer: ArrayBuffer): RingReader =>
  new RingReader(buffer, { arch: 'x64', from: 'oldest' });
const badCursors = expect.objectContaining({ code: 'BAD_CURSORS' });

const NO_POSITION: readonly [string, number][] = [
  ['NaN', Number.NaN],
  ['negative', -1],
  ['half a position', 4.5],
  ['2^53', 2 ** 53],
  ['infinite', Number.POSITIVE_INFINITY],
  ['minus infinite', Number.NEGATIVE_INFINITY],
];

describe('cursors that are no positions', () => {
  for (const cell of ['claimed', 'published'] as const) {
    test.each(NO_POSITION)(`a writer refuses ${cell} that is %s`, (_what, value) => {
      const { buffer, cells } = ring();
      cells[CursorCell[cell]] = value;
      expect(() => checkTakeover(buffer)).toThrow(badCursors);
      expect(() => new RingWriter(buffer, { arch: 'x64', wake: () => {}, pid: 1 })).toThrow(
        badCursors,
      );
    });

    test.each(NO_POSITION)(`a reader does not attach to ${cell} that is %s`, (_what, value) => {
      const { buffer, cells } = ring();
      cells[CursorCell[cell]] = value;
      expect(() => attach(buffer)).toThrow(badCursors);
    });
  }
});

describe('cursors that contradict each other', () => {
  test.each([
    ['claimed below published', PUBLISHED - 1, PUBLISHED],
    ['more claimed than there are slots', PUBLISHED + SLOTS + 1, PUBLISHED],
  ])('a writer refuses %s', (_what, claimed, published) => {
    const { buffer, cells } = ring();
    cells[CursorCell.claimed] = claimed;
    cells[CursorCell.published] = published;
    expect(() => checkTakeover(buffer)).toThrow(badCursors);
  });

  test('a whole ring claimed and not published is a takeover, of PAD alone', () => {
    const { buffer, cells } = ring();
    cells[CursorCell.claimed] = PUBLISHED + SLOTS;
    const writer = new RingWriter(buffer, { arch: 'x64', wake: () => {}, pid: 1 });
    expect(writer).toMatchObject({ paddedAtTakeover: SLOTS, position: PUBLISHED + SLOTS });
    const reader = attach(buffer);
    expect(reader.poll()).toBe(0);
    expect(reader.account()).toMatchObject({ inFlight: 0, delivered: 0 });
  });
});

describe('cursors damaged under a reader', () => {
  test.each([
    ['NaN', Number.NaN],
    ['negative', -1],
    ['beyond 2^53', 1e300],
    ['infinite', Number.POSITIVE_INFINITY],
  ])('both %s: nothing is delivered', (_what, value) => {
    const { buffer, cells } = ring();
    const reader = attach(buffer);
    cells[CursorCell.claimed] = value;
    cells[CursorCell.published] = value;
    let code: unknown;
    try {
      expect(reader.poll()).toBe(0);
    } catch (error) {
      ({ code } = error as { code: unknown });
    }
    expect([undefined, 'BAD_CURSORS']).toContain(code);
    expect(reader.delivered).toBe(0);
  });

  test.each([
    ['published is NaN', Number.NaN, PUBLISHED],
    ['published went back', PUBLISHED - 1, PUBLISHED],
    ['published is more than claimed', PUBLISHED + 4, PUBLISHED],
    ['claimed is NaN', PUBLISHED + 4, Number.NaN],
  ])('%s: refused', (_what, published, claimed) => {
    const { buffer, cells } = ring();
    const reader = attach(buffer);
    reader.poll();
    cells[CursorCell.published] = published;
    cells[CursorCell.claimed] = claimed;
    expect(() => reader.poll()).toThrow(badCursors);
  });

  test('claimed below published is not attached to', () => {
    const { buffer, cells } = ring();
    cells[CursorCell.claimed] = PUBLISHED - 1;
    expect(() => attach(buffer)).toThrow(badCursors);
  });
});
