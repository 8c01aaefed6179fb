import { describe, expect, test } from 'vitest';
import { ABSENT } from '@tickwire/core';
import { readRingHeader } from './header.ts';
import { readProducerState, sequenceMark, timeMark } from './producer-state.ts';
import { attachWriter, makeRing } from '../test/ring-in-memory.ts';

const state = (buffer: ArrayBuffer) => readProducerState(buffer, readRingHeader(buffer).plan);

describe('producer state', () => {
  test('hands marks and position to the next writer', () => {
    const buffer = makeRing({ firstPosition: 500 });
    const writer = attachWriter(buffer);
    expect(writer.resumed).toBeUndefined();
    writer.publish(new Uint8Array(64 * 3), 3);
    expect(writer.saveResume(0, sequenceMark(2 ** 52 + 1))).toBe(true);
    expect(writer.saveResume(3, timeMark({ hi: 1, lo: 2 }, 9))).toBe(true);
    writer.flushResume();
    const next = attachWriter(buffer);
    expect(next.resumed?.position).toBe(503);
    expect(next.resumed?.marks).toEqual([
      { sequence: 2 ** 52 + 1, timeHi: 0xffff_ffff, timeLo: 0xffff_ffff, count: 0 },
      undefined,
      undefined,
      { sequence: ABSENT, timeHi: 1, timeLo: 2, count: 9 },
    ]);
    // And keeps those that it does not touch.
    next.saveResume(1, sequenceMark(7));
    next.flushResume();
    expect(state(buffer)?.marks.map((mark) => mark?.sequence)).toEqual([
      2 ** 52 + 1,
      7,
      undefined,
      ABSENT,
    ]);
  });

  test('refuses a channel that the ring has no place for', () => {
    const writer = attachWriter(makeRing());
    expect(writer.saveResume(4, sequenceMark(1))).toBe(false);
    expect(writer.saveResume(-1, sequenceMark(1))).toBe(false);
  });

  test('falls back to the other page when the newest was cut by a kill, at any word', () => {
    const buffer = makeRing();
    const writer = attachWriter(buffer);
    for (const sequence of [1, 2, 3]) {
      writer.saveResume(0, sequenceMark(sequence));
      writer.flushResume();
    }
    const { plan } = readRingHeader(buffer);
    // Turn 3 went into page 1, over turn 1; turn 2 is whole in page 0.
    const pageAt = plan.resumeOffset + plan.resumePageBytes;
    const whole = new Uint8Array(buffer, pageAt, plan.resumePageBytes).slice();
    for (let cut = 0; cut < 192; cut += 4) {
      const torn = whole.slice();
      torn.fill(0x5a, cut, 192);
      new Uint8Array(buffer).set(torn, pageAt);
      expect(state(buffer)?.marks[0]?.sequence, `cut at ${cut}`).toBe(2);
    }
    new Uint8Array(buffer).set(whole, pageAt);
    expect(state(buffer)?.marks[0]?.sequence).toBe(3);
  });

  test('says nothing when both pages are damaged', () => {
    const buffer = makeRing();
    const writer = attachWriter(buffer);
    writer.saveResume(0, sequenceMark(1));
    writer.flushResume();
    const { plan } = readRingHeader(buffer);
    new Uint8Array(buffer, plan.resumeOffset, 2 * plan.resumePageBytes).fill(0xff);
    expect(state(buffer)).toBeUndefined();
  });
});
