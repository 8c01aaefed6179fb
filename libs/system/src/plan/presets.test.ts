import { imageBytes, ringBytes } from '@tickwire/ipc-ring';
import { describe, expect, test } from 'vitest';
import { resolveUpOptions } from '../config/up-options.ts';
import { PRESET_NAMES } from './presets.ts';
import type { PresetName } from './presets.ts';

const optionsOf = (preset: PresetName): ReturnType<typeof resolveUpOptions> =>
  resolveUpOptions({ preset, seed: 1 }, undefined, {});

/** Shared memory of a full ring and its image, for each instrument that it has room for. */
function bytesPerSymbol(preset: PresetName): number {
  const { ringSlots: slotCount, directoryEntries: directoryCapacity } = optionsOf(preset);
  const ring = ringBytes({ slotCount, directoryCapacity });
  return (ring + imageBytes(directoryCapacity)) / directoryCapacity;
}

// Speed is measured by `npm run bench -- presets`; what can be told without a clock is here.
describe('presets', () => {
  /** Below every other's. */
  function expectLeast(preset: PresetName, value: (name: PresetName) => number): void {
    const others = PRESET_NAMES.filter((name) => name !== preset);
    for (const other of others) expect(value(preset), other).toBeLessThan(value(other));
  }

  test('max-symbols takes the least memory for a symbol', () => {
    expectLeast('max-symbols', bytesPerSymbol);
  });

  test('min-latency has the shortest runs and the smallest ring, and alone does not sleep', () => {
    expectLeast('min-latency', (name) => optionsOf(name).runTicks);
    expectLeast('min-latency', (name) => optionsOf(name).ringSlots);
    const spinning = PRESET_NAMES.filter((name) => optionsOf(name).waiting === 'spin');
    expect(spinning).toEqual(['min-latency']);
  });

  test('max-throughput has the longest runs and takes the longest burst', () => {
    expectLeast('max-throughput', (name) => -optionsOf(name).runTicks);
    expectLeast('max-throughput', (name) => -optionsOf(name).ringSlots);
    expectLeast('max-throughput', (name) => -optionsOf(name).busQueueMessages);
  });
});
