/**
 * Named sets of starting values. What a preset sets, an explicit option overrides. Of a preset's
 * values those are here that something reads: the size of the vendors' rings.
 */

export const PRESET_NAMES = ['max-throughput', 'min-latency', 'max-symbols'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export interface Preset {
  /** Slots of each vendor ring, 64 bytes each; a power of two. */
  readonly ringSlots: number;
}

const KIB = 1024;
const slotsOf = (ringKib: number): number => (ringKib * KIB) / 64;

const presets: Readonly<Record<PresetName, Preset>> = {
  'max-throughput': { ringSlots: slotsOf(4 * KIB) },
  'min-latency': { ringSlots: slotsOf(512) },
  'max-symbols': { ringSlots: slotsOf(8 * KIB) },
};

/** Without a preset: the demo's rings, several of which fit a /dev/shm of 64 MiB. */
const DEMO: Preset = { ringSlots: 65_536 };

export function presetOf(name: PresetName | undefined): Preset {
  return name === undefined ? DEMO : presets[name];
}
