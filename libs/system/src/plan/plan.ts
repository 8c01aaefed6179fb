/**
 * Which services a system consists of, in which order they start and end.
 *
 *   start: bus ▸ simulators ▸ consumers, attached before there is data ▸ gateways
 *   drain: gateways ▸ aggregator ▸ persistence ▸ bus ▸ simulators
 *
 * The gateways end first: they take leave of the vendor, so nothing sent stays unread, and close
 * their rings; each later service reads its input to the end before it ends itself.
 */
import { join } from 'node:path';
import type { Folders } from '../folders.ts';
import { drainStageOf } from '../supervise/drain-order.ts';
import type { ReadyInfo, ServiceRole, ServiceSpec } from '../supervise/service-spec.ts';
import { operationsUrl } from '../supervise/prometheus-targets.ts';
import type { UpOptions } from '../config/up-options.ts';
import { findVendor, gatewayName, simulatorName } from './vendors.ts';
import type { Vendor } from './vendors.ts';

export const BROKER = 'broker';
export const AGGREGATOR = 'aggregator';
export const PERSISTENCE = 'persistence';
export const API = 'api';

/** Longer than a service's own 15 s, whose report of what hangs is better than a kill. */
const STOP_DEADLINE_MS = 20_000;
const READY_DEADLINE_MS = 30_000;

const startStage: Readonly<Record<ServiceRole, number>> = {
  bus: 0,
  simulator: 0,
  consumer: 1,
  gateway: 2,
};

export interface PlanContext {
  readonly folders: Folders;
  /** Path of a nats-server binary, when there is one to run. */
  readonly natsBinary: string | undefined;
  /** The program of an app. */
  entryOf(app: string): string;
  /** Inherited by every service. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function planServices(options: UpOptions, context: PlanContext): ServiceSpec[] {
  const vendors = options.vendors.flatMap((name) => findVendor(name) ?? []);
  const plan: ServiceSpec[] = [];
  const add = (part: PlanPart): void => {
    plan.push(makeSpec(options, context, { ...part, place: plan.length + 1 }));
  };
  if (options.natsUrl === undefined) {
    add({
      service: BROKER,
      role: 'bus',
      environment: (ready) => brokerEnvironment(options, context, ready),
    });
  }
  if (!options.live) {
    for (const vendor of vendors) {
      add({
        service: simulatorName(vendor.name),
        app: vendor.simulatorApp,
        role: 'simulator',
        environment: (ready) => simulatorEnvironment(options, vendor, ready),
      });
    }
  }
  add({
    service: PERSISTENCE,
    role: 'consumer',
    environment: () => ({
      TICKWIRE_STORE_BUDGET_BYTES: String(options.storeBudgetBytes),
      TICKWIRE_STORE_FLUSH_MS: String(options.storeFlushMs),
    }),
  });
  add({
    service: AGGREGATOR,
    role: 'consumer',
    environment: () => ({
      TICKWIRE_TIMEFRAMES: options.timeframesSec.join(','),
      TICKWIRE_GRACE_MS: String(options.graceMs),
      TICKWIRE_EMPTY_BARS: options.emptyBars ? '1' : '0',
      TICKWIRE_RUN_TICKS: String(options.runTicks),
      TICKWIRE_WAITING: options.waiting,
      TICKWIRE_BUS_QUEUE_MESSAGES: String(options.busQueueMessages),
    }),
  });
  if (options.apiEnabled) {
    add({
      service: API,
      role: 'consumer',
      environment: (ready) => apiEnvironment(options, context, ready),
    });
  }
  for (const vendor of vendors) {
    add({
      service: gatewayName(vendor.name),
      app: vendor.gatewayApp,
      role: 'gateway',
      environment: (ready) => ({
        TICKWIRE_SYMBOLS: symbolsOf(options, vendor).join(','),
        TICKWIRE_RING_SLOTS: String(options.ringSlots),
        TICKWIRE_DIRECTORY_CAPACITY: String(options.directoryEntries),
        TICKWIRE_PARTITIONS: String(options.partitions),
        TICKWIRE_SYMBOLS_PER_CONNECTION: String(Math.min(1_000, options.symbolsPerConnection)),
        ...(options.live ? {} : vendor.simulatedEnvironment(ready.get(simulatorName(vendor.name)))),
      }),
    });
  }
  return plan;
}

/** The symbols of a vendor in this run. */
export function symbolsOf(options: UpOptions, vendor: Vendor): readonly string[] {
  return options.symbols.length > 0 ? options.symbols : vendor.demoSymbols;
}

interface PlanPart {
  readonly service: string;
  readonly app?: string;
  readonly role: ServiceRole;
  environment(ready: ReadyInfo): Record<string, string>;
}

function makeSpec(
  options: UpOptions,
  context: PlanContext,
  part: PlanPart & { readonly place: number },
): ServiceSpec {
  const { folders } = context;
  return {
    service: part.service,
    role: part.role,
    entry: context.entryOf(part.app ?? part.service),
    startStage: startStage[part.role],
    drainStage: drainStageOf(part.role, part.service),
    readyDeadlineMs: READY_DEADLINE_MS,
    stopDeadlineMs: STOP_DEADLINE_MS,
    environment: (ready) => ({
      // Compiled code is kept: a restart loads its program in half the time.
      NODE_COMPILE_CACHE: join(folders.dataDir, 'cache'),
      ...inherited(context.environment, options.vendors),
      TICKWIRE_SERVICE: part.service,
      TICKWIRE_RUN_DIR: folders.runDir,
      TICKWIRE_RING_DIR: folders.ringDir,
      TICKWIRE_DATA_DIR: folders.dataDir,
      TICKWIRE_LOG_LEVEL: options.logLevel,
      ...operationsEnvironment(options, part, ready),
      ...natsUrlOf(options, ready),
      ...part.environment(ready),
    }),
  };
}

function natsUrlOf(options: UpOptions, ready: ReadyInfo): Record<string, string> {
  const url = options.natsUrl ?? ready.get(BROKER)?.url;
  return typeof url === 'string' ? { TICKWIRE_NATS_URL: url } : {};
}

function brokerEnvironment(
  options: UpOptions,
  context: PlanContext,
  ready: ReadyInfo,
): Record<string, string> {
  // After a restart the same port again: the others reconnect to the URL they were given.
  const before = ready.get(BROKER)?.url;
  const port = typeof before === 'string' ? Number(new URL(before).port) : options.busPort;
  return {
    TICKWIRE_PORT: String(port),
    ...(context.natsBinary === undefined ? {} : { TICKWIRE_NATS_BINARY: context.natsBinary }),
  };
}

function apiEnvironment(
  options: UpOptions,
  { environment }: PlanContext,
  ready: ReadyInfo,
): Record<string, string> {
  // After a restart the same port again: browsers and clients come back to it.
  const before = ready.get(API)?.port;
  return {
    TICKWIRE_HOST: options.apiHost,
    TICKWIRE_PORT: String(typeof before === 'number' ? before : options.apiPort),
    TICKWIRE_ALLOW_REMOTE: options.apiAllowRemote ? '1' : '0',
    TICKWIRE_TLS_CERT_FILE: options.apiTlsCertFile ?? '',
    TICKWIRE_TLS_KEY_FILE: options.apiTlsKeyFile ?? '',
    TICKWIRE_ALLOWED_ORIGINS: options.apiAllowedOrigins.join(','),
    TICKWIRE_API_KEYS_FILE: options.apiKeysFile ?? '',
    TICKWIRE_CLIENTS_MAX: String(options.apiClientsMax),
    // A secret, and nobody's but the api's.
    TICKWIRE_API_KEYS: environment.TICKWIRE_API_KEYS ?? '',
  };
}

function simulatorEnvironment(
  options: UpOptions,
  vendor: Vendor,
  ready: ReadyInfo,
): Record<string, string> {
  const before = ready.get(simulatorName(vendor.name))?.port;
  return {
    TICKWIRE_PORT: String(typeof before === 'number' ? before : options.simulatorPort),
    TICKWIRE_SEED: String(options.seed),
    TICKWIRE_RATE: String(options.rate),
    TICKWIRE_SYMBOLS: symbolsOf(options, vendor).join(','),
    ...(options.faults === undefined ? {} : { TICKWIRE_FAULTS: options.faults }),
  };
}

/**
 * The environment of this process without settings of services, which would reach the wrong ones;
 * but with the vendors' own (keys of an account) and the directory of captures.
 */
function inherited(
  environment: PlanContext['environment'],
  vendors: readonly string[],
): Record<string, string> {
  const passed = ['CAPTURE_', 'DEBUG', ...vendors.map((vendor) => `${vendor.toUpperCase()}_`)];
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(environment)) {
    const isOurs = key.startsWith('TICKWIRE_');
    const isPassed = passed.some((prefix) => key.startsWith(`TICKWIRE_${prefix}`));
    if (value !== undefined && (!isOurs || isPassed)) kept[key] = value;
  }
  return kept;
}

/** The operations door: the same port again after a restart, so that scrapes go on. */
function operationsEnvironment(
  options: UpOptions,
  part: { readonly service: string; readonly place: number },
  ready: ReadyInfo,
): Record<string, string> {
  const url = operationsUrl(ready.get(part.service) ?? {});
  const { telemetryPort } = options;
  const first = telemetryPort === 0 ? 0 : telemetryPort + part.place;
  return {
    TICKWIRE_OPS_HOST: options.telemetryHost,
    TICKWIRE_OPS_PORT: url === undefined ? String(first) : new URL(url).port,
    TICKWIRE_TRACE_SAMPLE_EVERY: String(options.traceSampleEvery),
    ...(options.otlpUrl === undefined ? {} : { TICKWIRE_OTLP_URL: options.otlpUrl }),
  };
}
