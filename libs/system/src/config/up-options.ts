/** What a system is asked to be: the configuration of `up`, as the code uses it. */
import { randomInt } from 'node:crypto';
import { SystemError } from '../errors.ts';
import type { PresetName } from '../plan/presets.ts';
import { findVendor, vendorNames } from '../plan/vendors.ts';
import type { RestartLimits } from '../supervise/restart-policy.ts';
import { readConfigFile } from './config-file.ts';
import type { ConfigFile } from './config-file.ts';
import { resolveConfig } from './config-values.ts';
import type { ResolvedConfig } from './config-values.ts';

/** As the command line has it, a text or the value itself; absent = not given. */
export interface UpFlags {
  vendors?: string | readonly string[];
  symbols?: string | readonly string[];
  live?: boolean;
  demo?: boolean;
  config?: string;
  preset?: string;
  rate?: string | number;
  seed?: string | number;
  timeframe?: string | readonly number[];
  aggregationTimeframe?: string | readonly number[];
  duration?: string | number;
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
  /** Rings of each gateway. */
  readonly partitions: number;
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
  readonly apiAllowRemote: boolean;
  readonly apiTlsCertFile: string | undefined;
  readonly apiTlsKeyFile: string | undefined;
  readonly apiAllowedOrigins: readonly string[];
  readonly apiKeysFile: string | undefined;
  readonly apiClientsMax: number;
  /** Address of the operations doors: /metrics, /healthz. */
  readonly telemetryHost: string;
  /** Of the supervisor's; the services follow, in the order of their start. */
  readonly telemetryPort: number;
  /** Where spans go; none without. */
  readonly otlpUrl: string | undefined;
  /** One tick in so many is traced. */
  readonly traceSampleEvery: number;
  readonly restartLimits: RestartLimits;
  /** Silence after which a service is killed; `undefined` = never. */
  readonly silentMsMax: number | undefined;
  readonly json: boolean;
}

const PROBLEMS_SHOWN_MAX = 100;

type Environment = Readonly<Record<string, string | undefined>>;

/** The file that a command line or an environment names; none when neither does. */
export function configPathOf(flags: UpFlags, env: Environment): string | undefined {
  const named = env.TICKWIRE_CONFIG?.trim();
  return flags.config ?? (named === '' ? undefined : named);
}

/** Everything that was said, with where it was said. */
export function resolveUpConfig(flags: UpFlags, env: Environment): ResolvedConfig {
  const path = configPathOf(flags, env);
  const file = path === undefined ? undefined : readConfigFile(path);
  return resolveUpSources(flags, file, env);
}

/** As `resolveUpConfig`, of a file that is read already. */
function resolveUpSources(
  flags: UpFlags,
  file: ConfigFile | undefined,
  environment: Environment,
): ResolvedConfig {
  const config = resolveConfig({ flags: flagValues(flags), environment, file });
  const problems = [...config.problems];
  if (flags.demo === true && flags.live === true) {
    problems.push('--demo runs on simulators and --live does not: give one of them');
  }
  const { value: vendors, from } = config.values.get('vendors') ?? { from: '--vendors' };
  const unknown = (vendors as string[]).filter((vendor) => findVendor(vendor) === undefined);
  if (unknown.length > 0) {
    problems.push(
      `${from}: there is no vendor ${unknown.join(', ')} in this version, ` +
        `use ${vendorNames().join(', ')}`,
    );
  }
  return { values: config.values, problems };
}

/**
 * The options of a system.
 * @throws SystemError `USAGE` that names every bad or unknown key of flags, environment and file.
 */
export function resolveUpOptions(
  flags: UpFlags,
  file: ConfigFile | undefined,
  env: Environment,
): UpOptions {
  return optionsOf(flags, resolveUpSources(flags, file, env));
}

/** As `resolveUpOptions`, with the file read that flags or environment name. */
export function loadUpOptions(flags: UpFlags, env: Environment): UpOptions {
  return optionsOf(flags, resolveUpConfig(flags, env));
}

function optionsOf(flags: UpFlags, config: ResolvedConfig): UpOptions {
  requireNoProblems(config.problems);
  const get = <T>(path: string): T => config.values.get(path)?.value as T;
  const list = (path: string): string[] => [...new Set(get<string[] | undefined>(path) ?? [])];
  const duration = get<number | undefined>('duration');
  return {
    ...{ vendors: list('vendors'), symbols: list('symbols') },
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
    partitions: get('gateway.partitions'),
    ...{ graceMs: get('aggregator.graceMs'), emptyBars: get('aggregator.emptyBars') },
    ...{ runTicks: get('aggregator.runTicks'), waiting: get('aggregator.waiting') },
    ...{ storeBudgetBytes: get('store.budgetBytes'), storeFlushMs: get('store.flushMs') },
    ...{ apiEnabled: get('api.enabled'), apiHost: get('api.host'), apiPort: get('api.port') },
    ...{ apiAllowRemote: get('api.allowRemote'), apiClientsMax: get('api.clientsMax') },
    ...{ apiTlsCertFile: get('api.tlsCertFile'), apiTlsKeyFile: get('api.tlsKeyFile') },
    ...{ apiAllowedOrigins: list('api.allowedOrigins'), apiKeysFile: get('api.keysFile') },
    ...{ telemetryHost: get('telemetry.host'), telemetryPort: get('telemetry.port') },
    otlpUrl: get('telemetry.otlpUrl'),
    traceSampleEvery: get('telemetry.sampleEvery'),
    restartLimits: {
      ...{ delayMsFirst: get('supervision.delayMsFirst') },
      ...{ delayMsMax: get('supervision.delayMsMax') },
      steadyMs: get('supervision.steadyMs'),
      ...{ rowMax: get('supervision.rowMax'), retryMs: get('supervision.retryMs') },
    },
    silentMsMax: get('supervision.silentMsMax'),
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

/** @throws SystemError `USAGE` that names them, up to a hundred. */
export function requireNoProblems(problems: readonly string[]): void {
  const [only] = problems;
  if (only === undefined) return;
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).join('; ');
  const omitted = problems.length - PROBLEMS_SHOWN_MAX;
  const rest = omitted > 0 ? `; and ${omitted} more` : '';
  const message =
    problems.length === 1
      ? only
      : `the configuration has ${problems.length} mistakes: ${shown}${rest}`;
  throw new SystemError('USAGE', message, {
    hint: 'The keys are in docs/reference/configuration.md, the options in `tickwire up --help`',
  });
}
