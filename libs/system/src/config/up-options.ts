/** What a system is asked to be: the configuration of `up`, as the code uses it. */
import { randomInt } from 'node:crypto';
import { SystemError } from '../errors.ts';
import type { PresetName } from '../plan/presets.ts';
import { findVendor, vendorNames } from '../plan/vendors.ts';
import type { RestartLimits } from '../supervise/restart-policy.ts';
import { RESTART_LIMITS } from '../supervise/restart-policy.ts';
import { readConfigFile } from './config-file.ts';
import type { FlatConfig } from './config-file.ts';
import { resolveConfig } from './config-values.ts';
import type { ResolvedConfig } from './config-values.ts';

/** As the command line parsed it; absent = not given. */
export interface UpFlags {
  vendors?: string[];
  symbols?: string[];
  live?: boolean;
  demo?: boolean;
  config?: string;
  preset?: PresetName;
  rate?: number;
  seed?: number;
  timeframe?: number[];
  aggregationTimeframe?: number[];
  duration?: number;
  report?: string;
  dataDir?: string;
  ringDir?: string;
  json?: boolean;
}

export interface UpOptions {
  readonly vendors: readonly string[];
  /** Empty: each vendor's demo symbols. */
  readonly symbols: readonly string[];
  readonly live: boolean;
  readonly preset: PresetName | undefined;
  /** Simulated messages a second, over all symbols of a vendor. */
  readonly rate: number;
  readonly seed: number;
  readonly timeframesSec: readonly number[];
  readonly durationMs: number | undefined;
  readonly report: string | undefined;
  readonly dataDir: string;
  readonly ringDir: string | undefined;
  /** A NATS server of the user's own. */
  readonly natsUrl: string | undefined;
  readonly logLevel: string;
  readonly busPort: number;
  /** The embedded broker even where a nats-server is installed. */
  readonly busEmbedded: boolean;
  readonly busQueueMessages: number;
  readonly simulatorPort: number;
  readonly faults: string | undefined;
  readonly ringSlots: number;
  readonly directoryEntries: number;
  readonly symbolsPerConnection: number;
  readonly graceMs: number;
  readonly emptyBars: boolean;
  /** Ticks that the aggregator takes at once, and how it waits for them. */
  readonly runTicks: number;
  readonly waiting: string;
  readonly storeBudgetBytes: number;
  readonly storeFlushMs: number;
  readonly apiEnabled: boolean;
  readonly apiHost: string;
  readonly apiPort: number;
  /** Address of the operations doors: /metrics, /healthz. */
  readonly telemetryHost: string;
  /** Of the supervisor's; the services follow, in the order of their start. */
  readonly telemetryPort: number;
  /** Where spans go; none without. */
  readonly otlpUrl: string | undefined;
  /** One tick in so many is traced. */
  readonly traceSampleEvery: number;
  readonly restartLimits: RestartLimits;
  readonly json: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The file that a command line or an environment names; none when neither does. */
export function configPathOf(flags: UpFlags, env: Environment): string | undefined {
  const named = env.TICKWIRE_CONFIG?.trim();
  return flags.config ?? (named === '' ? undefined : named);
}

/** Everything that was said, with where it was said. @throws SystemError `USAGE`: see `readConfigFile`. */
export function resolveUpConfig(flags: UpFlags, env: Environment): ResolvedConfig {
  const path = configPathOf(flags, env);
  const values = path === undefined ? {} : readConfigFile(path);
  return resolveConfig({
    flags: flagValues(flags),
    environment: env,
    file: { name: path ?? '', values },
  });
}

/**
 * The options of a system.
 * @param file - Values of the configuration file, see `readConfigFile`.
 * @throws SystemError `USAGE` that names every bad or unknown key of flags, environment and file.
 */
export function resolveUpOptions(flags: UpFlags, file: FlatConfig, env: Environment): UpOptions {
  const config = resolveConfig({
    flags: flagValues(flags),
    environment: env,
    file: { name: configPathOf(flags, env) ?? 'the file', values: file },
  });
  return optionsOf(flags, config);
}

/** As `resolveUpOptions`, with the file read that flags or environment name. */
export function loadUpOptions(flags: UpFlags, env: Environment): UpOptions {
  return optionsOf(flags, resolveUpConfig(flags, env));
}

function optionsOf(flags: UpFlags, config: ResolvedConfig): UpOptions {
  const problems = [...config.problems];
  if (flags.demo === true && flags.live === true) {
    problems.push('--demo runs on simulators and --live does not: give one of them');
  }
  const get = <T>(path: string): T => config.values.get(path)?.value as T;
  const vendors = get<string[] | undefined>('vendors') ?? [];
  const unknown = vendors.filter((vendor) => findVendor(vendor) === undefined);
  if (unknown.length > 0) {
    const { from } = config.values.get('vendors') ?? { from: '--vendors' };
    problems.push(
      `${from}: there is no vendor ${unknown.join(', ')} in this version, ` +
        `use ${vendorNames().join(', ')}`,
    );
  }
  if (problems.length > 0) throw badConfig(problems);
  const duration = get<number | undefined>('duration');
  return {
    ...{ vendors, symbols: get<string[] | undefined>('symbols') ?? [] },
    ...{ live: get('live'), preset: get('preset'), rate: get('rate') },
    seed: get<number | undefined>('seed') ?? randomInt(2 ** 32),
    timeframesSec: [...new Set(get<number[]>('timeframe'))].sort((a, b) => a - b),
    durationMs: duration === undefined ? undefined : Math.round(duration * 1000),
    ...{ report: get('report'), dataDir: get('dataDir'), ringDir: get('ringDir') },
    ...{ natsUrl: get('natsUrl'), logLevel: get('logLevel') },
    ...{ busPort: get('bus.port'), busEmbedded: get('bus.embedded') },
    busQueueMessages: get('bus.queueMessages'),
    ...{ simulatorPort: get('simulator.port'), faults: get('simulator.faults') },
    ...{ ringSlots: get('rings.slots'), directoryEntries: get('rings.directoryEntries') },
    symbolsPerConnection: get('gateway.symbolsPerConnection'),
    ...{ graceMs: get('aggregator.graceMs'), emptyBars: get('aggregator.emptyBars') },
    ...{ runTicks: get('aggregator.runTicks'), waiting: get('aggregator.waiting') },
    ...{ storeBudgetBytes: get('store.budgetBytes'), storeFlushMs: get('store.flushMs') },
    ...{ apiEnabled: get('api.enabled'), apiHost: get('api.host'), apiPort: get('api.port') },
    ...{ telemetryHost: get('telemetry.host'), telemetryPort: get('telemetry.port') },
    otlpUrl: get('telemetry.otlpUrl'),
    traceSampleEvery: get('telemetry.sampleEvery'),
    restartLimits: {
      ...RESTART_LIMITS,
      ...{ delayMsFirst: get('supervision.delayMsFirst') },
      ...{ delayMsMax: get('supervision.delayMsMax') },
      ...{ rowMax: get('supervision.rowMax'), retryMs: get('supervision.retryMs') },
    },
    json: flags.json ?? false,
  };
}

/** By the paths of the configuration. */
function flagValues(flags: UpFlags): Record<string, unknown> {
  const { vendors, symbols, preset, rate, seed, duration, report, dataDir, ringDir } = flags;
  return {
    ...{ vendors, symbols, preset, rate, seed, duration, report, dataDir, ringDir },
    live: flags.demo === true ? false : flags.live,
    timeframe: flags.timeframe ?? flags.aggregationTimeframe,
  };
}

function badConfig(problems: readonly string[]): SystemError {
  const [only] = problems;
  const message =
    problems.length === 1 && only !== undefined
      ? only
      : `the configuration has ${problems.length} mistakes: ${problems.join('; ')}`;
  return new SystemError('USAGE', message, {
    hint: 'The keys are in docs/reference/configuration.md, the options in `tickwire up --help`',
  });
}
