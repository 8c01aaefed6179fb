/**
 * Named sets of starting values: keys of the configuration, which a file, a variable or an option
 * overrides. Only what something reads is here.
 */

export const PRESET_NAMES = ['max-throughput', 'min-latency', 'max-symbols'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/**
 * Each is best on its own axis, and worse on the others: `npm run bench -- presets` measures it.
 * A longer run costs less a tick; a larger ring takes a longer burst and leaves the cache; what a
 * ring's directory and image take, 576 bytes a symbol, is shared by as many as it has room for.
 */
const presets: Readonly<Record<PresetName, Readonly<Record<string, number | string>>>> = {
  // 8 MiB a ring: one second at 130,000 ticks a second. A larger one leaves the cache.
  'max-throughput': {
    'rings.slots': 131_072,
    'aggregator.runTicks': 256,
    'bus.queueMessages': 131_072,
  },
  // Slots, directory and image stay in the cache; runs end early; the aggregator does not sleep.
  'min-latency': {
    'rings.slots': 8_192,
    'rings.directoryEntries': 2_048,
    'aggregator.runTicks': 10,
    'aggregator.waiting': 'spin',
    'bus.queueMessages': 1_000,
  },
  // As many instruments as a ring can name share its 4 MiB of slots; short runs, so that no ring of
  // many makes the others wait.
  'max-symbols': {
    'rings.slots': 65_536,
    'rings.directoryEntries': 65_536,
    'aggregator.runTicks': 16,
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
