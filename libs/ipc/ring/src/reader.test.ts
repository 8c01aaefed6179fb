import { describe, expect, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { RingState } from './header.ts';
import { countBrokenTicks } from './proof-ticks.ts';
import type { RingReader } from './reader.ts';
import { viewBlockCopy } from './slot-copy.ts';
import type { BlockCopyFactory } from './slot-copy.ts';
import { ProofWriter, attachReader, attachWriter, makeRing } from '../test/ring-in-memory.ts';

/** Positions around which number formats change: 31 and 32 bits, and the end of exact doubles. */
const starts = [0, 2 ** 31 - 40, 2 ** 32 - 40, 2 ** 52 - 40];

function broken(reader: RingReader): number {
  const words = new Int32Array(reader.bytes.buffer);
  return countBrokenTicks(words, reader.firstPosition, reader.count);
}

/** Copies like the default, and runs `meanwhile` in the middle of each block. */
function interrupted(meanwhile: () => void): BlockCopyFactory {
  return (source, target) => {
    const copy = viewBlockCopy(source, target);
    return (sourceAt, targetAt, byteCount) => {
      const half = Math.floor(byteCount / 2 / 8) * 8;
      copy(sourceAt, targetAt, half);
      meanwhile();
      copy(sourceAt + half, targetAt + half, byteCount - half);
    };
  };
}

describe.each(starts)('ring from position %d', (firstPosition) => {
  test('delivers every tick in order, around the end of the ring', () => {
    const buffer = makeRing({ firstPosition });
    const writer = new ProofWriter(attachWriter(buffer));
    const reader = attachReader(buffer);
    let expected = firstPosition;
    for (let round = 0; round < 60; round++) {
      const count = 1 + (round % 4);
      writer.publish(count);
      expect(reader.poll()).toBe(count);
      expect(reader.firstPosition).toBe(expected);
      expect(broken(reader)).toBe(0);
      expect(reader.gapCount).toBe(0);
      expected += count;
    }
    expect(reader.poll()).toBe(0);
    expect(reader.account()).toMatchObject({
      start: firstPosition,
      published: expected,
      cursor: expected,
      delivered: expected - firstPosition,
      lost: 0,
      inFlight: 0,
    });
  });

  test('reports a lap as one gap and goes on half a ring behind', () => {
    const buffer = makeRing({ firstPosition });
    const writer = new ProofWriter(attachWriter(buffer));
    const reader = attachReader(buffer);
    writer.publish(3);
    reader.poll();
    writer.publish(61); // 64 in all; a ring of 16
    expect(reader.poll()).toBe(8);
    expect([reader.gapFirst, reader.gapLast, reader.gapCount]).toEqual([
      firstPosition + 3,
      firstPosition + 55,
      53,
    ]);
    expect(reader.firstPosition).toBe(firstPosition + 56);
    expect(broken(reader)).toBe(0);
    expect(reader.account()).toMatchObject({ delivered: 11, lost: 53, inFlight: 0 });
    writer.publish(1);
    expect(reader.poll()).toBe(1);
    expect(reader.gapCount).toBe(0);
  });

  test('drops only what may be torn when the writer comes into the copy', () => {
    const buffer = makeRing({ firstPosition });
    const writer = new ProofWriter(attachWriter(buffer));
    let overwrite = 5;
    const reader = attachReader(buffer, {
      blockCopy: interrupted(() => {
        const count = overwrite;
        overwrite = 0;
        for (let tick = 0; tick < count; tick++) writer.publish(1);
      }),
    });
    writer.publish(16);
    expect(reader.poll()).toBe(11);
    expect([reader.gapFirst, reader.gapCount]).toEqual([firstPosition, 5]);
    expect(reader.firstPosition).toBe(firstPosition + 5);
    expect(broken(reader)).toBe(0);
    expect(reader.account()).toMatchObject({ delivered: 11, lost: 5, inFlight: 5 });
  });

  test('never shows a publication that is half written', () => {
    const buffer = makeRing({ firstPosition, slotCount: 64 });
    const reader = attachReader(buffer);
    let polls = 0;
    const writer = new ProofWriter(
      attachWriter(buffer, {
        blockCopy: interrupted(() => {
          polls++;
          reader.poll();
          expect(broken(reader)).toBe(0);
        }),
      }),
    );
    // Batches of 5 … 68 in a ring of 64: split, wrapping and lapping.
    for (let round = 0; round < 256; round++) writer.publish(5 + (round % 64));
    while (reader.poll() > 0 || reader.gapCount > 0) expect(broken(reader)).toBe(0);
    expect(polls).toBeGreaterThan(256);
    const { published, start, delivered, lost, padded, inFlight } = reader.account();
    expect(published - start).toBe(delivered + lost + padded + inFlight);
    expect(inFlight).toBe(0);
  });
});

describe('ring reader', () => {
  test('starts at the oldest, the latest, or a position moved into range', () => {
    const buffer = makeRing({ slotCount: 64 });
    const writer = new ProofWriter(attachWriter(buffer));
    writer.publish(10);
    expect(attachReader(buffer, { from: 'oldest' }).start).toBe(0);
    expect(attachReader(buffer, { from: 'latest' }).start).toBe(10);
    expect(attachReader(buffer, { from: { position: 4 } }).start).toBe(4);
    expect(attachReader(buffer, { from: { position: 99 } }).start).toBe(10);
    for (let round = 0; round < 10; round++) writer.publish(10);
    // 110 published, 64 slots: 46 is the oldest whole one, 4 more are left to the writer.
    const late = attachReader(buffer, { from: 'oldest' });
    expect(late.start).toBe(50);
    writer.publish(4);
    expect(late.poll()).toBe(64);
    expect(late.gapCount).toBe(0);
    expect(attachReader(buffer, { from: { position: 3 } }).start).toBe(54);
    writer.writer.close(RingState.Closed);
    expect(attachReader(buffer, { from: 'oldest' }).start).toBe(50);
  });

  test('limits a run to what is asked and to 256', () => {
    const buffer = makeRing({ slotCount: 1024 });
    const writer = new ProofWriter(attachWriter(buffer));
    writer.publish(700);
    const reader = attachReader(buffer);
    expect([reader.poll(0), reader.poll(3), reader.poll(), reader.poll(9_999)]).toEqual([
      0, 3, 256, 256,
    ]);
    expect(reader.account()).toMatchObject({ delivered: 515, inFlight: 185 });
  });

  test('counts several laps within one poll as one gap', () => {
    const buffer = makeRing();
    const writer = new ProofWriter(attachWriter(buffer));
    let laps = 2;
    const reader = attachReader(buffer, {
      blockCopy: interrupted(() => {
        if (laps-- > 0) writer.publish(40);
      }),
    });
    writer.publish(16);
    expect(reader.poll()).toBe(8);
    expect([reader.gapFirst, reader.gapLast, reader.gapCount]).toEqual([0, 87, 88]);
    expect(broken(reader)).toBe(0);
    expect(reader.account()).toMatchObject({ delivered: 8, lost: 88, inFlight: 0 });
  });

  test('peeks in place, and knows when that became invalid', () => {
    const buffer = makeRing();
    const writer = new ProofWriter(attachWriter(buffer));
    const reader = attachReader(buffer);
    expect(reader.peek()).toBe(0);
    writer.publish(10);
    expect(reader.peek()).toBe(10);
    const words = new Int32Array(buffer, reader.peekOffset, 16 * 10);
    expect(countBrokenTicks(words, reader.peekPosition, 10)).toBe(0);
    expect(reader.cursor).toBe(0);
    writer.publish(6);
    expect(reader.stillValid()).toBe(true);
    writer.publish(1);
    expect(reader.stillValid()).toBe(false);
  });

  test('refuses positions that no writer stores', () => {
    for (const position of [Number.NaN, -1, 0.5, 2 ** 53, Number.POSITIVE_INFINITY]) {
      const buffer = makeRing();
      new DataView(buffer).setFloat64(4_096 + 128, position, true);
      expect(() => attachReader(buffer)).toThrow(expect.objectContaining({ code: 'BAD_CURSORS' }));
    }
    const buffer = makeRing();
    const reader = attachReader(buffer);
    new DataView(buffer).setFloat64(4_096 + 128, 1e300, true);
    new DataView(buffer).setFloat64(4_096, 1e300, true);
    expect(() => reader.poll()).toThrow(expect.objectContaining({ code: 'BAD_CURSORS' }));
  });

  test('sees state, epoch, heartbeat and anchor as the writer stores them', () => {
    const buffer = makeRing();
    const reader = attachReader(buffer);
    expect(reader.anchor).toBeUndefined();
    const writer = attachWriter(buffer);
    writer.heartbeat(123);
    for (const second of [1, 2, 3]) {
      const anchor = {
        hi: 400_000_000 + second,
        lo: 0xffff_fff0 + second,
        monotonicNs: 1e15 + second,
      };
      writer.setAnchor(anchor);
      expect(reader.anchor).toEqual(anchor);
    }
    expect([reader.epoch, reader.heartbeatNs, reader.state]).toEqual([1, 123, RingState.Open]);
    writer.close(RingState.Closed);
    expect(reader.state).toBe(RingState.Closed);
  });

  test('keeps every bit pattern: ticks are never numbers on the way', () => {
    const buffer = makeRing();
    const writer = attachWriter(buffer);
    const reader = attachReader(buffer);
    for (const count of [1, 4]) {
      const bytes = new Uint8Array(TICK_BYTES * count);
      // Signalling NaNs with payloads, of either sign: what a copy by doubles would rewrite.
      for (let at = 0; at < bytes.length; at += 8) {
        bytes.set([1, 2, 3, 4, 5, 6, 0xf4, at % 3 === 0 ? 0xff : 0x7f], at);
      }
      writer.publish(bytes, count);
      expect(reader.poll()).toBe(count);
      expect(reader.bytes.subarray(0, bytes.length)).toEqual(bytes);
    }
  });
});
