// Composition root of the Databento gateway: the only file that picks a clock, opens sockets and
// maps memory. Top to bottom is the start order; the stop mirrors it.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { StreamState, addNs } from '@tickwire/core';
import type { Clock, StampNs } from '@tickwire/core';
import { RECONNECT_LIMITS, receiptClock } from '@tickwire/domain-feed';
import { PartitionPlan } from '@tickwire/domain-partition';
import {
  GatewayRings,
  RingRouter,
  declareKilledWork,
  gatewayHops,
  readRingMemory,
  startControl,
  startVerbs,
  watchHealth,
} from '@tickwire/gateway';
import type { GatewayHops, Verbs } from '@tickwire/gateway';
import { DbnRecorder } from '@tickwire/io-dbn-file';
import { ConnectionLog, openGapFile, raiseInliningBudget, runService } from '@tickwire/io-service';
import type { RunningService, ServiceContext } from '@tickwire/io-service';
import { TcpTransport, sha256Hex } from '@tickwire/io-tcp';
import { startOperations } from '@tickwire/io-telemetry';
import {
  DatabentoNormaliser,
  DatabentoSession,
  MERGE_LIMITS,
  VENDOR,
  gatewayUrl,
} from '@tickwire/venue-databento';
import type { SessionEvent } from '@tickwire/venue-databento';
import { TickFlag } from '@tickwire/wire-tick';
import { apiKeyOf } from './api-key.ts';
import { gatewayConfig } from './config.ts';
import type { GatewayConfig } from './config.ts';
import { FeedOutlet } from './feed-outlet.ts';
import { KnownTicks } from './known-ticks.ts';
import { RecordingAccount } from './recording-account.ts';
import { QuietWatch } from './quiet-watch.ts';
import { requestedBooks } from './requested-books.ts';
import type { RequestedBooks } from './requested-books.ts';
import { SessionAccount } from './session-account.ts';
import { CONNECTION_STATES, stateOf, statusOf } from './session-status.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { WireAccount } from './wire-account.ts';

/** How long the vendor may take to end its connections once it is told that we go. */
const LEAVE_MS = 5_000;
/**
 * With a heartbeat that is late by 3 s, and a second at most before the first attempt, the stream
 * is whole again within 5 s of the heartbeat that did not come. A session of a second is no
 * failure: the next one is asked for as soon.
 */
const LIMITS = { heartbeatGraceMs: 3_000, reconnect: { ...RECONNECT_LIMITS, steadyMs: 1_000 } };
const NEWS: ReadonlySet<SessionEvent['kind']> = new Set(['connected', 'caught-up']);

raiseInliningBudget();
await runService({ schema: gatewayConfig, operations: startOperations, start });

async function start(config: GatewayConfig, context: ServiceContext): Promise<RunningService> {
  const { log, stats, clock } = context;
  const [apiKey, flags] = [apiKeyOf(config), config.simulated ? TickFlag.Simulated : 0];
  const hops = gatewayHops(stats, VENDOR);
  const router = new RingRouter(hops.normalise.in);
  const rings = openRings(config, context, { router, flags });
  const known = takeOver(config, context, { rings, router });
  const streamState = (): StreamState =>
    session.state === 'live' ? StreamState.Live : StreamState.Recovering;
  const outlet: FeedOutlet = new FeedOutlet(
    {
      ...{ router, normalise: hops.normalise, clock, flags },
      partitionOf: (symbol) => verbs.repartition.partitionOf(symbol),
      state: streamState,
      gap: openGapFile(config.dataDir, feedName(config)),
      gaps: stats.counter('count/gaps'),
    },
    known,
  );
  const recorder = openRecorder(config, context);
  const recording = recorder && new RecordingAccount(recorder, stats);
  const onDrained = (): void => {
    account.show();
    recording?.show();
    quiet.look();
    if (session.state === 'live') outlet.forgetKnown();
  };
  const wire = openWire(config, context, { hops, onDrained, keep: recording?.keep });
  const normaliser = openNormaliser(config, { outlet, flags });
  const parts = { apiKey, target: normaliser, outlet, wire, known };
  const books = requestedBooks({
    ...{ normaliser, outlet, state: streamState, now: receiptClock(clock) },
  });
  const verbs = openVerbs(config, context, { rings, router, books });
  const session = orClose(rings, () => openSession(config, context, parts));
  const account = new SessionAccount({ session, normaliser }, hops, stats);
  const quiet = watchSilence(clock, { session, normaliser });
  const watch = watchHealth(context, {
    session: {
      states: () => [quiet.isStale ? 'stale' : session.state],
      streams: () => ({ [stateOf(session.state, quiet.isStale)]: outlet.instruments }),
    },
    ...{ connectionStates: CONNECTION_STATES, each: onDrained },
  });
  const control = await startControl(config, context, {
    ...verbs.table,
    status: (request) => request.answer(statusOf(session, normaliser)),
  });
  rings.start();
  session.start();
  watch.start();
  return {
    info: { ring: config.ringName, rings: rings.names, ...factsOf(config) },
    async stop() {
      watch.stop();
      verbs.stop();
      await control.stop();
      await session.leave(LEAVE_MS);
      await recorder?.close();
      onDrained();
      watch.show();
      rings.stop();
      log.info({ published: rings.published }, 'closing the rings');
      rings.close();
    },
  };
}

function openRings(
  config: GatewayConfig,
  context: ServiceContext,
  parts: { router: RingRouter; flags: number },
): GatewayRings {
  return new GatewayRings({
    dir: config.ringDir,
    ...{ ringName: config.ringName, count: config.partitions, vendor: VENDOR },
    ...{ slotCount: config.ringSlots, directoryCapacity: config.directoryCapacity },
    context,
    ...parts,
  });
}

/** What a killed writer has left: its accounts are closed, its symbols stay where they were. */
function takeOver(
  { ringDir }: GatewayConfig,
  { log, stats }: ServiceContext,
  { rings, router }: { rings: GatewayRings; router: RingRouter },
): KnownTicks | undefined {
  const producers = rings.all.map(({ producer }) => producer);
  const killed = declareKilledWork({ stats, vendor: VENDOR, rings: producers });
  const followed = producers.filter(({ epoch }) => epoch > 1);
  if (followed.length === 0) return undefined;
  const { homes } = readRingMemory(ringDir, producers, 'all');
  for (const [symbol, partition] of homes) router.setHome(symbol, partition);
  const known = new KnownTicks();
  for (const { name } of followed) known.readRing({ dir: ringDir, name });
  log.warn({ killed, symbols: homes.size }, 'a killed writer is followed');
  return known;
}

/** `snapshot` and `repartition`. */
function openVerbs(
  config: GatewayConfig,
  context: ServiceContext,
  parts: { rings: GatewayRings; router: RingRouter; books: RequestedBooks },
): Verbs {
  const { books, ...shared } = parts;
  const verbs = startVerbs(context, {
    ...{ ...shared, session: books, vendor: VENDOR, publisher: 0 },
    ...{ slotCount: config.ringSlots, flags: config.simulated ? TickFlag.Simulated : 0 },
  });
  // Symbols are known once they are named: none has to move yet.
  verbs.repartition.begin(new PartitionPlan([], { count: config.partitions }));
  return verbs;
}

function watchSilence(
  clock: Clock,
  { session, normaliser }: { session: DatabentoSession; normaliser: DatabentoNormaliser },
): QuietWatch {
  return new QuietWatch({
    clock,
    records: () => session.merged.received,
    isLive: () => session.state === 'live',
    tell(change, recv) {
      normaliser.onChannel(change, recv);
      normaliser.publish();
    },
  });
}

interface WireParts {
  readonly hops: GatewayHops;
  readonly onDrained: () => void;
  readonly keep: RecordingAccount['keep'] | undefined;
}

function openWire(config: GatewayConfig, { stats }: ServiceContext, parts: WireParts): WireAccount {
  const { keep, ...others } = parts;
  const connections = new ConnectionLog({
    path: join(config.runDir, `${feedName(config)}.received.ndjson`),
    stats,
    total: parts.hops.wire.out,
  });
  return new WireAccount({ ...others, connections, ...(keep === undefined ? {} : { keep }) });
}

/** What cannot be opened leaves no ring open. */
function orClose<T>(rings: GatewayRings, open: () => T): T {
  try {
    return open();
  } catch (error) {
    rings.close();
    throw error;
  }
}

/** What is received, as files: records of version 3, as the decoder gives them. */
function openRecorder(
  config: GatewayConfig,
  { log, timers }: ServiceContext,
): DbnRecorder | undefined {
  const { databentoRecordDir: directory, databentoDataset: dataset } = config;
  if (directory === undefined) return undefined;
  return new DbnRecorder({
    ...{ directory, dataset, hasTsOut: config.databentoTsOut, nowMs: () => Date.now(), timers },
    onEvent: ({ kind, path, detail }) =>
      log[kind === 'failed' ? 'error' : 'info']({ path }, detail),
  });
}

function openNormaliser(
  config: GatewayConfig,
  { outlet, flags }: { outlet: FeedOutlet; flags: number },
): DatabentoNormaliser {
  const hasTradeRecords = subscriptionsOf(config).some(({ schema }) => schema === 'trades');
  const keepsBooks = config.databentoBooks;
  return new DatabentoNormaliser({ sink: outlet, flags, hasTradeRecords, keepsBooks });
}

interface SessionParts {
  readonly apiKey: string;
  readonly target: DatabentoNormaliser;
  readonly outlet: FeedOutlet;
  readonly wire: WireAccount;
  readonly known: KnownTicks | undefined;
}

/** @throws DatabentoError `BAD_OPTION`, before anything is dialed. */
function openSession(
  config: GatewayConfig,
  { log, clock, timers }: ServiceContext,
  { apiKey, target, outlet, wire, known }: SessionParts,
): DatabentoSession {
  const transport = new TcpTransport();
  const start = resumeFrom(known);
  return new DatabentoSession({
    ...{ url: urlOf(config), dataset: config.databentoDataset, apiKey },
    ...{ subscriptions: subscriptionsOf(config), target, onGap: (record) => outlet.gap(record) },
    ...{ compression: config.databentoCompression, hasTsOut: config.databentoTsOut },
    ...{ heartbeatIntervalS: config.databentoHeartbeatS, client: 'tickwire' },
    ...(config.databentoSlowReader === 'default'
      ? {}
      : { slowReaderBehavior: config.databentoSlowReader }),
    ...{ sequences: config.databentoSequences, tap: wire },
    ...(start === undefined ? {} : { start }),
    limits: { ...LIMITS, heldBytesMax: config.databentoHeldBytes },
    ...{ dial: transport.dial, inflate: transport.inflate, clock, timers },
    sha256Hex,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    onEvent: ({ kind, connection, detail }) =>
      log[NEWS.has(kind) ? 'info' : 'warn']({ connection, kind }, detail),
  });
}

/** As much before the newest tick as streams may be out of step. */
function resumeFrom(known: KnownTicks | undefined): StampNs | undefined {
  if (known?.last === undefined) return undefined;
  const start = { hi: known.last.hi, lo: known.last.lo };
  addNs(start, -MERGE_LIMITS.overlapMs * 1e6);
  return start;
}

function factsOf(config: GatewayConfig): Record<string, unknown> {
  const { databentoDataset: dataset, simulated } = config;
  return { dataset, url: urlOf(config), simulated };
}

function urlOf({ databentoHost, databentoDataset }: GatewayConfig): string {
  return databentoHost === undefined ? gatewayUrl(databentoDataset) : `tcp://${databentoHost}`;
}

/** Of its files in the data directory: another gateway of the same vendor has another one. */
function feedName({ service }: GatewayConfig): string {
  return service.replace(/^gateway-/, '');
}
