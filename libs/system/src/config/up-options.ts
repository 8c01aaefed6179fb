/** What `up` is asked to do: the command line over the configuration file over the defaults. */
import { randomInt } from 'node:crypto';
import { SystemError } from '../errors.ts';
import { DATA_DIR_DEFAULT } from '../folders.ts';
import type { PresetName } from '../plan/presets.ts';
import type { UpConfigFile } from './up-config.ts';
import { findVendor, vendorNames } from '../plan/vendors.ts';

/** As commander parsed it; absent = not given. */
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
  readonly storeBudgetBytes: number;
  readonly logLevel: string;
  readonly busPort: number;
  /** The embedded broker even where a nats-server is installed. */
  readonly busEmbedded: boolean;
  readonly simulatorPort: number;
  readonly faults: string | undefined;
  /** Address of the operations doors: /metrics, /healthz. */
  readonly telemetryHost: string;
  /** Of the supervisor's; the services follow, in the order of their start. */
  readonly telemetryPort: number;
  /** Where spans go; none without. */
  readonly otlpUrl: string | undefined;
  /** One tick in so many is traced. */
  readonly traceSampleEvery: number;
  readonly json: boolean;
}

const BUS_PORT = 4222;
const SIMULATOR_PORT = 7400;
const TELEMETRY_PORT = 7490;
const STORE_BUDGET_BYTES = 2 * 1024 ** 3;

/**
 * Resolves all options.
 * @throws SystemError `USAGE` for options that exclude each other, and for vendors that do not
 *   exist.
 */
export function resolveUpOptions(
  flags: UpFlags,
  file: UpConfigFile,
  env: NodeJS.ProcessEnv,
): UpOptions {
  if (flags.demo === true && flags.live === true) {
    throw new SystemError('USAGE', '--demo runs on simulators and --live does not', {
      hint: 'Give one of them',
    });
  }
  const vendors = flags.vendors ?? file.vendors ?? ['kucoin'];
  const unknown = vendors.filter((vendor) => findVendor(vendor) === undefined);
  if (unknown.length > 0) {
    throw new SystemError('USAGE', `there is no vendor ${unknown.join(', ')} in this version`, {
      hint: `Use --vendors with: ${vendorNames().join(', ')}`,
    });
  }
  const duration = flags.duration ?? file.duration;
  return {
    vendors,
    symbols: flags.symbols ?? file.symbols ?? [],
    live: flags.demo === true ? false : (flags.live ?? file.live ?? false),
    preset: flags.preset ?? file.preset,
    rate: flags.rate ?? file.rate ?? 500,
    seed: flags.seed ?? file.seed ?? randomInt(2 ** 32),
    timeframesSec: flags.timeframe ?? flags.aggregationTimeframe ?? file.timeframe ?? [1, 60],
    durationMs: duration === undefined ? undefined : Math.round(duration * 1000),
    report: flags.report ?? file.report,
    dataDir: flags.dataDir ?? file.dataDir ?? DATA_DIR_DEFAULT,
    ringDir: flags.ringDir ?? file.ringDir,
    natsUrl: file.natsUrl ?? nonEmpty(env.NATS_URL),
    storeBudgetBytes: file.storeBudgetBytes ?? STORE_BUDGET_BYTES,
    logLevel: file.logLevel ?? 'info',
    busPort: file.bus?.port ?? BUS_PORT,
    busEmbedded: file.bus?.embedded ?? false,
    simulatorPort: file.simulator?.port ?? SIMULATOR_PORT,
    faults: file.simulator?.faults,
    telemetryHost: file.telemetry?.host ?? '127.0.0.1',
    telemetryPort: file.telemetry?.port ?? TELEMETRY_PORT,
    otlpUrl: file.telemetry?.otlpUrl ?? nonEmpty(env.TICKWIRE_OTLP_URL),
    traceSampleEvery: file.telemetry?.sampleEvery ?? 65_536,
    json: flags.json ?? false,
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
