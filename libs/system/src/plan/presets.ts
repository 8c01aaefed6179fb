/**
 * Named sets of starting values: keys of the configuration, which a file, a variable or an option
 * overrides. Only what something reads is here; how many rings and processes a vendor is spread
 * over comes with the partitioning of gateways.
 */

export const PRESET_NAMES = ['max-throughput', 'min-latency', 'max-symbols'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

const presets: Readonly<Record<PresetName, Readonly<Record<string, number | string>>>> = {
  // 16 MiB a ring: two seconds at 130,000 ticks a second.
  'max-throughput': {
    'rings.slots': 262_144,
    'aggregator.runTicks': 256,
    'bus.queueMessages': 131_072,
  },
  // Small enough for the cache; runs end early, and the aggregator does not sleep.
  'min-latency': {
    'rings.slots': 8_192,
    'aggregator.runTicks': 10,
    'aggregator.waiting': 'spin',
    'bus.queueMessages': 1_000,
  },
  // 8 MiB a ring, and room for as many instruments as a ring can name.
  'max-symbols': {
    'rings.slots': 131_072,
    'rings.directoryEntries': 65_536,
    'aggregator.runTicks': 50,
    'bus.queueMessages': 10_000,
    'gateway.symbolsPerConnection': 2_000,
  },
};

/** Values by path; none without a preset. */
export function presetValues(
  name: PresetName | undefined,
): Readonly<Record<string, number | string>> {
  return name === undefined ? {} : presets[name];
}
