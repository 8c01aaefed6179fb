import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '@tickwire/testing';
import { freeBytes, sharedMemoryRoot } from './memory-root.ts';

describe('shared memory root', () => {
  test('says in a sentence why a place is no good', () => {
    expect(sharedMemoryRoot('/nowhere/at/all')).toMatchObject({
      usable: false,
      reason: expect.stringContaining('/nowhere/at/all cannot be used'),
    });
    expect(sharedMemoryRoot('/proc')).toMatchObject({
      usable: false,
      reason: expect.stringContaining('is not a tmpfs'),
    });
  });

  test('tells how much room there is', () => {
    expect(freeBytes(temporaryDirectory({ shared: true }))).toBeGreaterThan(0);
    expect(() => freeBytes('/nowhere')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
