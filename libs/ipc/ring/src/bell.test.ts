import { describe, expect, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { BellOutcome } from './bell.ts';
import { attachReader, attachWriter, makeRing } from '../test/ring-in-memory.ts';

const batch = new Uint8Array(TICK_BYTES);

describe('bell after a takeover', () => {
  test('rings for what the dead writer published without ringing', () => {
    const buffer = makeRing();
    attachWriter(buffer).publish(batch, 1); // and dies
    const reader = attachReader(buffer, { from: 'oldest' });
    const before = reader.bell;
    const successor = attachWriter(buffer);
    expect(successor.paddedAtTakeover).toBe(0);
    expect(successor.ringBell(0)).toBe(BellOutcome.Rung);
    expect(reader.bell).toBe(before + 1);
    expect(successor.ringBell(1e9)).toBe(BellOutcome.Idle);
  });

  test('says nothing in a new ring before the first publication', () => {
    expect(attachWriter(makeRing()).ringBell(0)).toBe(BellOutcome.Idle);
  });
});
