import { describe, expect, test } from 'vitest';
import {
  BELL_BYTE_OFFSET,
  CursorCell,
  CursorWord,
  DIRECTORY_ENTRY_BYTES,
  PAGE_BYTES,
  WriterCounter,
  planRing,
  ringBytes,
} from './layout.ts';

describe('ring layout', () => {
  test('puts the sections one after another, each on a page', () => {
    const plan = planRing({ slotCount: 65_536, directoryCapacity: 8_192 });
    expect(plan).toMatchObject({
      cursorsOffset: 4_096,
      directoryOffset: 8_192,
      resumeOffset: 8_192 + 8_192 * DIRECTORY_ENTRY_BYTES,
      resumePageBytes: 4_096,
      slotsOffset: 2_113_536,
      totalBytes: 2_113_536 + 65_536 * 64,
    });
    expect(ringBytes({ slotCount: 65_536, directoryCapacity: 8_192 })).toBe(plan.totalBytes);
  });

  test('keeps what the writer stores often on lines of its own', () => {
    const bytes = [
      CursorCell.claimed * 8,
      CursorCell.published * 8,
      CursorWord.bell * 4,
      CursorWord.directoryCount * 4,
      WriterCounter.publications * 8,
      CursorCell.readerScans * 8,
    ];
    expect(bytes).toEqual([0, 128, 256, 384, 512, 640]);
    expect(BELL_BYTE_OFFSET).toBe(PAGE_BYTES + 256);
  });

  test.each([
    { field: 'slotCount', slotCount: 7 },
    { field: 'slotCount', slotCount: 12 },
    { field: 'slotCount', slotCount: 2 ** 27 },
    { field: 'slotCount', slotCount: Number.NaN },
    { field: 'directoryCapacity', directoryCapacity: 0 },
    { field: 'directoryCapacity', directoryCapacity: 65_537 },
    { field: 'resumeCapacity', resumeCapacity: 1.5 },
  ])('refuses $field out of its range: %o', ({ field, ...sizes }) => {
    const geometry = { slotCount: 8, directoryCapacity: 1, ...sizes };
    expect(() => planRing(geometry)).toThrow(
      expect.objectContaining({ code: 'BAD_GEOMETRY', field }),
    );
  });
});
