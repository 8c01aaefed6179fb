import { describe, expect, test } from 'vitest';
import { TICK_BYTES, TICK_KIND_OFFSET, TICK_KIND_PAD } from '@tickwire/core';
import { BELL_INTERVAL_NS, BellOutcome } from './bell.ts';
import { RingMode, RingState } from './header.ts';
import { CursorCell, PAGE_BYTES, WriterCounter } from './layout.ts';
import { countBrokenTicks } from './proof-ticks.ts';
import { ProofWriter, attachReader, attachWriter, makeRing } from '../test/ring-in-memory.ts';
import { PublishResult } from './writer.ts';

const batch = new Uint8Array(TICK_BYTES * 64);

/** What a writer leaves that dies after claiming and before publishing. */
function claimAndDie(buffer: ArrayBuffer, count: number): void {
  const cells = new Float64Array(buffer, PAGE_BYTES, PAGE_BYTES / 8);
  cells[CursorCell.claimed] = (cells[CursorCell.published] ?? 0) + count;
}

describe('ring writer', () => {
  test('splits a batch that is larger than a quarter of a live ring', () => {
    const buffer = makeRing({ slotCount: 256 });
    const writer = new ProofWriter(attachWriter(buffer));
    const reader = attachReader(buffer);
    writer.publish(200);
    expect(writer.writer.counter(WriterCounter.publications)).toBe(4);
    expect(reader.poll()).toBe(200);
    expect(countBrokenTicks(new Int32Array(reader.bytes.buffer), 0, 200)).toBe(0);
  });

  test('takes batches from any place in memory, aligned or not', () => {
    const buffer = makeRing();
    const writer = attachWriter(buffer);
    const reader = attachReader(buffer);
    for (const offset of [0, 1, 4, 64]) {
      const memory = new Uint8Array(TICK_BYTES * 8);
      const bytes = memory.subarray(offset, offset + TICK_BYTES * 2);
      bytes.forEach((_, at) => (bytes[at] = (at * 7 + offset) % 251));
      writer.publish(bytes, 2);
      expect(reader.poll()).toBe(2);
      expect(reader.bytes.subarray(0, 128)).toEqual(bytes);
    }
  });

  test('refuses a batch larger than its bytes, and anything after the end', () => {
    const writer = attachWriter(makeRing());
    expect(() => writer.publish(batch, 65)).toThrow(expect.objectContaining({ code: 'BAD_BATCH' }));
    expect(() => writer.publish(batch, Number.NaN)).toThrow(
      expect.objectContaining({ code: 'BAD_BATCH' }),
    );
    writer.close(RingState.Closed);
    expect(() => writer.publish(batch, 1)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  test('stops at the last exact position instead of going round', () => {
    const buffer = makeRing({ firstPosition: Number.MAX_SAFE_INTEGER - 3 });
    const writer = new ProofWriter(attachWriter(buffer));
    const reader = attachReader(buffer);
    writer.publish(3);
    expect(reader.poll()).toBe(3);
    expect(countBrokenTicks(new Int32Array(reader.bytes.buffer), reader.firstPosition, 3)).toBe(0);
    expect(() => writer.publish(1)).toThrow(
      expect.objectContaining({ code: 'POSITION_EXHAUSTED' }),
    );
  });

  test('publishes nothing for an empty batch', () => {
    const writer = attachWriter(makeRing());
    expect(writer.publish(batch, 0)).toBe(PublishResult.Published);
    expect(writer.position).toBe(0);
  });
});

describe('takeover', () => {
  test('fills what the dead writer had claimed with PAD, announces the epoch and goes on', () => {
    const buffer = makeRing();
    const first = new ProofWriter(attachWriter(buffer));
    const reader = attachReader(buffer);
    first.publish(13);
    expect(reader.poll()).toBe(13);
    claimAndDie(buffer, 4); // over the end of the ring
    expect(reader.poll()).toBe(0);

    const announcement = new Uint8Array(TICK_BYTES).fill(9);
    const second = new ProofWriter(
      attachWriter(buffer, { takeoverTick: (epoch) => announcement.fill(epoch, 0, 1) }),
    );
    expect(second.writer.epoch).toBe(2);
    expect(second.writer.paddedAtTakeover).toBe(4);
    expect(second.writer.position).toBe(18);
    second.publish(2);
    expect(reader.poll()).toBe(3);
    expect(reader.firstPosition).toBe(17);
    expect([...reader.bytes.subarray(0, 2)]).toEqual([2, 9]);
    const rest = new Int32Array(reader.bytes.buffer, TICK_BYTES);
    expect(countBrokenTicks(rest, 18, 2)).toBe(0);
    expect(reader.account()).toMatchObject({
      epoch: 2,
      delivered: 16,
      padded: 4,
      lost: 0,
      inFlight: 0,
    });
    expect(second.writer.counter(WriterCounter.padded)).toBe(4);
    expect(second.writer.counter(WriterCounter.takeovers)).toBe(1);
  });

  test('never lowers a position, however often writers die', () => {
    const buffer = makeRing({ firstPosition: 2 ** 31 - 20 });
    const reader = attachReader(buffer);
    for (let epoch = 1; epoch <= 12; epoch++) {
      const writer = new ProofWriter(attachWriter(buffer));
      expect(writer.writer.epoch).toBe(epoch);
      writer.publish(epoch % 4);
      claimAndDie(buffer, epoch % 5);
      while (reader.poll() > 0) {
        const words = new Int32Array(reader.bytes.buffer);
        expect(countBrokenTicks(words, reader.firstPosition, reader.count)).toBe(0);
      }
    }
    attachWriter(buffer);
    reader.poll();
    expect(reader.account()).toMatchObject({ delivered: 18, padded: 23, lost: 0, inFlight: 0 });
  });

  test('delivers PADs as ends of runs wherever they lie', () => {
    const buffer = makeRing({ slotCount: 64 });
    const writer = new ProofWriter(attachWriter(buffer));
    writer.publish(10);
    const slots = new Uint8Array(buffer, buffer.byteLength - 64 * TICK_BYTES);
    for (const pad of [0, 4, 5, 9]) slots[pad * TICK_BYTES + TICK_KIND_OFFSET] = TICK_KIND_PAD;
    const reader = attachReader(buffer);
    const runs: [number, number][] = [];
    while (reader.poll() > 0) {
      runs.push([reader.firstPosition, reader.count]);
      const words = new Int32Array(reader.bytes.buffer);
      expect(countBrokenTicks(words, reader.firstPosition, reader.count)).toBe(0);
    }
    expect(runs).toEqual([
      [1, 3],
      [6, 3],
    ]);
    expect(reader.account()).toMatchObject({ delivered: 6, padded: 4, inFlight: 0 });
  });

  test('refuses a ring whose positions are damaged', () => {
    for (const [claimed, published] of [
      [3, 4],
      [17, 0],
      [Number.NaN, 0],
      [0.5, 0],
    ]) {
      const buffer = makeRing();
      const cells = new Float64Array(buffer, PAGE_BYTES, PAGE_BYTES / 8);
      cells[CursorCell.claimed] = claimed ?? 0;
      cells[CursorCell.published] = published ?? 0;
      expect(() => attachWriter(buffer)).toThrow(expect.objectContaining({ code: 'BAD_CURSORS' }));
    }
  });
});

describe('paced ring', () => {
  test('is full while a required reader is more than three quarters behind', () => {
    const buffer = makeRing({ mode: RingMode.Paced });
    let slowest = 0;
    const writer = new ProofWriter(
      attachWriter(buffer, { requiredReaders: { slowestCursor: () => slowest } }),
    );
    expect(writer.writer.batchTicksMax).toBe(4);
    expect(() => writer.publish(5)).toThrow(expect.objectContaining({ code: 'BAD_BATCH' }));
    const results = [1, 2, 3, 4, 5].map(() => writer.publish(4));
    expect(results).toEqual([0, 0, 0, 0, 1]);
    expect(writer.writer.position).toBe(16);
    expect(writer.writer.counter(WriterCounter.full)).toBe(1);
    expect(writer.writer.refreshPace()).toBe(false);
    slowest = 4;
    expect(writer.writer.refreshPace()).toBe(true);
    expect(writer.publish(4)).toBe(PublishResult.Published);
    expect(writer.publish(1)).toBe(PublishResult.Full);
  });

  test('runs free without required readers, and notices one within a quarter of the ring', () => {
    const buffer = makeRing({ mode: RingMode.Paced });
    let slowest = Number.POSITIVE_INFINITY;
    const writer = new ProofWriter(
      attachWriter(buffer, { requiredReaders: { slowestCursor: () => slowest } }),
    );
    for (let round = 0; round < 50; round++) expect(writer.publish(4)).toBe(0);
    slowest = 190;
    let more = 0;
    while (writer.publish(1) === PublishResult.Published) more++;
    expect(more).toBeLessThanOrEqual(4);
    expect(writer.writer.position - slowest).toBeLessThanOrEqual(16);
  });
});

describe('bell', () => {
  test('rings once for what was published, at most every 50 µs, and never forgets the last', () => {
    const buffer = makeRing();
    const woken: number[] = [];
    const writer = attachWriter(buffer, { wake: (byteOffset) => woken.push(byteOffset) });
    const reader = attachReader(buffer);
    expect(writer.ringBell(0)).toBe(BellOutcome.Idle);
    expect(writer.bellDueNs).toBe(Infinity);
    writer.publish(batch, 1);
    expect(writer.bellDueNs).toBeLessThanOrEqual(0);
    const before = reader.bell;
    expect(writer.ringBell(10)).toBe(BellOutcome.Rung);
    expect(reader.bell).toBe(before + 1);
    expect(writer.ringBell(20)).toBe(BellOutcome.Idle);
    writer.publish(batch, 1);
    expect(writer.ringBell(10 + BELL_INTERVAL_NS - 1)).toBe(BellOutcome.Later);
    expect(writer.bellDueNs).toBe(10 + BELL_INTERVAL_NS);
    expect(writer.ringBell(10 + BELL_INTERVAL_NS)).toBe(BellOutcome.Rung);
    expect(woken).toEqual([PAGE_BYTES + 256, PAGE_BYTES + 256]);
    writer.close(RingState.Closed);
    expect(woken).toHaveLength(3);
    expect(writer.counter(WriterCounter.bells)).toBe(2);
  });
});
