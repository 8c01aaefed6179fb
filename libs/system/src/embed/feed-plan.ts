/** The services of an embedded system, one feed at a time. */
import type { Folders } from '../folders.ts';
import { findNatsBinary } from '../plan/nats-binary.ts';
import { AGGREGATOR, BROKER, PERSISTENCE } from '../plan/plan.ts';
import { findVendor, gatewayName, simulatorName } from '../plan/vendors.ts';
import type { Vendor } from '../plan/vendors.ts';
import { drainStageOf } from '../supervise/drain-order.ts';
import type { ReadyInfo, ServiceRole, ServiceSpec } from '../supervise/service-spec.ts';
import type { StartSystemOptions, SystemFeed } from './embed-options.ts';

const READY_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 20_000;
const RATE_DEFAULT = 500;
/** 4 MiB: some ten seconds of a busy feed. */
export const RING_SLOTS_DEFAULT = 65_536;

export interface FeedPlanContext {
  readonly folders: Folders;
  readonly seed: number;
  readonly ringSlots: number;
  /** A NATS server of the program's own. */
  readonly natsUrl: string | undefined;
  entryOf(app: string): string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface PlannedFeed {
  readonly ring: string;
  readonly gateway: string;
  /** The simulator first, when there is one. */
  readonly specs: readonly ServiceSpec[];
}

/** @param number - From 0, of the feeds of this vendor: it names ring and services. */
export function planFeed(feed: SystemFeed, number: number, context: FeedPlanContext): PlannedFeed {
  const vendor = findVendor(feed.vendor);
  if (vendor === undefined) throw new Error(`no vendor ${feed.vendor}`); // checked before
  const suffix = number === 0 ? '' : `-${number + 1}`;
  const gateway = gatewayName(vendor.name) + suffix;
  const simulator = simulatorName(vendor.name) + suffix;
  const ring = `${vendor.name}.${number}`;
  const symbols = (feed.symbols ?? vendor.demoSymbols).join(',');
  const spec = specMaker(context);
  const gatewaySpec = spec({
    ...{ service: gateway, app: vendor.gatewayApp, role: 'gateway' },
    environment: (ready) => ({
      TICKWIRE_SYMBOLS: symbols,
      TICKWIRE_RING_NAME: ring,
      TICKWIRE_RING_SLOTS: String(context.ringSlots),
      ...(feed.apiKey === undefined ? {} : vendor.keyEnvironment(feed.apiKey)),
      ...(feed.live === true ? {} : vendor.simulatedEnvironment(ready.get(simulator))),
    }),
  });
  const specs =
    feed.live === true
      ? [gatewaySpec]
      : [spec(simulatorPart({ vendor, feed, simulator, symbols }, context)), gatewaySpec];
  return { ring, gateway, specs };
}

/** What carries and keeps: the bus and persistence, where they are asked for. */
export function planSupport(
  options: Pick<StartSystemOptions, 'bus' | 'persistence'>,
  context: FeedPlanContext,
): ServiceSpec[] {
  const spec = specMaker(context);
  const natsBinary = findNatsBinary(context.environment.PATH);
  const broker = spec({
    ...{ service: BROKER, app: BROKER, role: 'bus' },
    environment: (ready) => {
      const before = ready.get(BROKER)?.url;
      return {
        TICKWIRE_PORT: typeof before === 'string' ? new URL(before).port : '0',
        ...(natsBinary === undefined ? {} : { TICKWIRE_NATS_BINARY: natsBinary }),
      };
    },
  });
  const persistence = spec({
    ...{ service: PERSISTENCE, app: PERSISTENCE, role: 'consumer', environment: () => ({}) },
  });
  return [
    ...(options.bus === true ? [broker] : []),
    ...(options.persistence === true ? [persistence] : []),
  ];
}

/** The aggregator: its bars go to their ring, and to the bus where there is one. */
export function planAggregator(
  timeframes: readonly number[],
  context: FeedPlanContext,
): ServiceSpec {
  return specMaker(context)({
    ...{ service: AGGREGATOR, app: AGGREGATOR, role: 'consumer' },
    environment: () => ({ TICKWIRE_TIMEFRAMES: timeframes.join(',') }),
  });
}

interface Part {
  readonly service: string;
  readonly app: string;
  readonly role: ServiceRole;
  readonly environment: ServiceSpec['environment'];
}

function simulatorPart(
  parts: { vendor: Vendor; feed: SystemFeed; simulator: string; symbols: string },
  context: FeedPlanContext,
): Part {
  const { vendor, feed, simulator, symbols } = parts;
  return {
    ...{ service: simulator, app: vendor.simulatorApp, role: 'simulator' },
    environment: (ready) => {
      const before = ready.get(simulator)?.port;
      return {
        TICKWIRE_PORT: String(typeof before === 'number' ? before : 0),
        TICKWIRE_SEED: String(context.seed),
        TICKWIRE_RATE: String(feed.rate ?? RATE_DEFAULT),
        TICKWIRE_SYMBOLS: symbols,
      };
    },
  };
}

function specMaker(context: FeedPlanContext): (part: Part) => ServiceSpec {
  const { folders } = context;
  const inherited = Object.fromEntries(
    Object.entries(context.environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !entry[0].startsWith('TICKWIRE_'),
    ),
  );
  return ({ service, app, role, environment }) => ({
    ...{ service, role, entry: context.entryOf(app), startStage: role === 'bus' ? 0 : 1 },
    drainStage: drainStageOf(role, service),
    readyDeadlineMs: READY_DEADLINE_MS,
    stopDeadlineMs: STOP_DEADLINE_MS,
    environment: (ready) => ({
      ...inherited,
      TICKWIRE_SERVICE: service,
      TICKWIRE_RUN_DIR: folders.runDir,
      TICKWIRE_RING_DIR: folders.ringDir,
      TICKWIRE_DATA_DIR: folders.dataDir,
      TICKWIRE_LOG_LEVEL: 'info',
      // Nobody else looks after them: they end with the program that embeds them.
      TICKWIRE_PARENT: 'required',
      ...natsUrlOf(context, ready),
      ...environment(ready),
    }),
  });
}

function natsUrlOf(context: FeedPlanContext, ready: ReadyInfo): Record<string, string> {
  const url = context.natsUrl ?? ready.get(BROKER)?.url;
  return typeof url === 'string' ? { TICKWIRE_NATS_URL: url } : {};
}
