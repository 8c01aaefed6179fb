import { join } from 'node:path';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { neededBytes, requireMemory } from './memory-check.ts';
import { resolveUpOptions } from '../config/up-options.ts';
import { PRESET_NAMES } from './presets.ts';

describe('the memory for the rings', () => {
  test.each([undefined, ...PRESET_NAMES])('preset %s fits a /dev/shm of 64 MiB', (name) => {
    const flags = name === undefined ? {} : { preset: name };
    const { ringSlots, directoryEntries } = resolveUpOptions(flags, undefined, {});
    expect(Math.log2(ringSlots) % 1).toBe(0);
    const need = { vendorRings: 1, ringSlots, directoryEntries, services: 7 };
    expect(neededBytes(need)).toBeLessThan(64 * 1024 ** 2);
  });

  test('is looked at before the start, in one sentence', () => {
    const ringDir = join(temporaryDirectory({ name: 'memory' }), 'not', 'there', 'yet');
    const need = { vendorRings: 1, ringSlots: 65_536, services: 5 };
    requireMemory(ringDir, need);
    expect(() => requireMemory(ringDir, { ...need, vendorRings: 1e9 })).toThrow(
      expect.objectContaining({
        code: 'NO_SHARED_MEMORY',
        message: expect.stringMatching(/^the rings need .* MiB and .* has room for /),
      }),
    );
  });
});
