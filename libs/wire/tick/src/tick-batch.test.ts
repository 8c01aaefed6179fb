import { expect, test } from 'vitest';
import { TickBatch, TickKind, packPublishDelta } from './index.ts';

test('a bad frame is taken back whole', () => {
  const batch = new TickBatch(4);
  batch.add(TickKind.Level).sequence = 1;
  const before = batch.count;
  batch.add(TickKind.Level).sequence = 2;
  batch.add(TickKind.Level).sequence = 3;
  batch.truncate(before);
  batch.add(TickKind.Trade).sequence = 4;
  expect([batch.count, batch.room]).toEqual([2, 2]);
  expect([batch.at(0).sequence, batch.at(1).sequence]).toEqual([1, 4]);
});

test('a full batch says so', () => {
  const batch = new TickBatch(1);
  batch.add(TickKind.Clock);
  expect(() => batch.add(TickKind.Clock)).toThrow(expect.objectContaining({ code: 'BATCH_FULL' }));
  batch.clear();
  expect(batch.room).toBe(1);
});

test('stamps the publish delta into every tick and nothing else', () => {
  const batch = new TickBatch(3);
  batch.add(TickKind.Trade).price = 5;
  batch.add(TickKind.Quote);
  batch.stampPublishDelta(1_500);
  expect([batch.at(0).publishDelta, batch.at(1).publishDelta]).toEqual(
    Array(2).fill(packPublishDelta(1_500)),
  );
  expect(batch.at(0).price).toBe(5);
  expect(batch.bytes.subarray(128).every((byte) => byte === 0)).toBe(true);
});
