// Composition root of the KuCoin gateway: the only file that picks a clock, opens sockets and maps
// memory. Top to bottom is the start order; the stop mirrors it.
import { createHmac, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { receiptClock } from '@tickwire/domain-feed';
import type { ResumePoint } from '@tickwire/domain-feed';
import { PartitionPlan } from '@tickwire/domain-partition';
import {
  GatewayRings,
  RejectedFrames,
  RingRouter,
  countedDial,
  declareKilledWork,
  gatewayHops,
  readRingMemory,
  startControl,
  startVerbs,
  watchHealth,
} from '@tickwire/gateway';
import { RawCaptureWriter } from '@tickwire/io-capture';
import { ConnectionLog, openGapFile, runService } from '@tickwire/io-service';
import type { RunningService, ServiceContext } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { httpRequest } from '@tickwire/io-websocket';
import {
  CONNECTION_STATES,
  PUBLISHER_SPOT,
  VENDOR,
  createHopTallies,
  createKucoinSession,
  createRequestSigner,
} from '@tickwire/venue-kucoin';
import type { KucoinSessionOptions, SignRequest } from '@tickwire/venue-kucoin';
import { TickFlag } from '@tickwire/wire-tick';
import { gatewayConfig } from './config.ts';
import type { GatewayConfig } from './config.ts';

const VENUE_TOPICS_MAX = 300;
/** Topics of a symbol besides its level 2: trades, and one or two sources of quotes. */
const QUOTE_TOPICS = {
  ticker: ['match', 'ticker'],
  level1: ['match', 'level1'],
  both: ['match', 'ticker', 'level1'],
} as const;

await runService({ schema: gatewayConfig, operations: startOperations, start });

async function start(config: GatewayConfig, context: ServiceContext): Promise<RunningService> {
  const { log, stats } = context;
  const flags = config.simulated ? TickFlag.Simulated : 0;
  const hops = gatewayHops(stats, VENDOR);
  const router = new RingRouter(hops.normalise.in);
  const rings = openRings(config, context, { router, flags });
  const producers = rings.all.map(({ producer }) => producer);
  const capture = openCapture(config);
  const killed = declareKilledWork({ stats, vendor: VENDOR, rings: producers });
  const { points: resume, homes } = readRingMemory(config.ringDir, producers);
  if (producers.some(({ epoch }) => epoch > 1)) {
    log.warn({ killed, symbols: resume.size }, 'a killed writer is followed');
  }
  const plan = planOf(config);
  for (const symbol of plan.symbols()) {
    router.setHome(symbol, homes.get(symbol) ?? plan.partitionOf(symbol));
  }
  const connections = new ConnectionLog({
    path: join(config.runDir, `${feedName(config)}.received.ndjson`),
    stats,
    total: hops.wire.out,
  });
  const parts = { sink: router, capture, flags, resume, connections };
  const session = createKucoinSession(sessionOptions(config, context, parts));
  const watch = watchHealth(context, {
    session,
    connectionStates: CONNECTION_STATES,
    each: () => router.saveMarks(session.positions()),
  });
  try {
    await session.start();
  } catch (error) {
    rings.close();
    capture?.close();
    throw error;
  }
  const verbs = startVerbs(context, {
    ...{ rings, router, session, flags, slotCount: config.ringSlots },
    ...{ vendor: VENDOR, publisher: PUBLISHER_SPOT },
  });
  verbs.repartition.run(plan, ({ moved, refused }) => {
    if (moved + refused.length > 0) log.info({ moved, refused }, 'symbols have moved');
  });
  const control = await startControl(config, context, verbs.table);
  rings.start();
  watch.start();
  return {
    info: {
      ring: config.ringName,
      rings: rings.names,
      restUrl: config.kucoinRestUrl,
      symbols: config.symbols.length,
      book: bookEndpoint(config),
      simulated: config.simulated,
    },
    async stop() {
      watch.stop();
      verbs.stop();
      await control.stop();
      await session.close();
      watch.show();
      rings.stop();
      log.info({ published: rings.published }, 'closing the rings');
      rings.close();
      capture?.close();
    },
  };
}

/** All symbols of equal weight: how busy each is shows only later. */
function planOf(config: GatewayConfig): PartitionPlan {
  const symbols = [...new Set(config.symbols)].map((symbol) => ({ symbol, weight: 1 }));
  return new PartitionPlan(symbols, { count: config.partitions });
}

function openRings(
  config: GatewayConfig,
  context: ServiceContext,
  parts: { router: RingRouter; flags: number },
): GatewayRings {
  return new GatewayRings({
    dir: config.ringDir,
    ringName: config.ringName,
    count: config.partitions,
    vendor: VENDOR,
    slotCount: config.ringSlots,
    directoryCapacity: config.directoryCapacity,
    context,
    ...parts,
  });
}

interface SessionParts {
  readonly sink: RingRouter;
  readonly capture: RawCaptureWriter | undefined;
  readonly flags: number;
  /** Where a killed writer of the ring stopped. */
  readonly resume: ReadonlyMap<string, ResumePoint>;
  readonly connections: ConnectionLog;
}

function sessionOptions(
  config: GatewayConfig,
  context: ServiceContext,
  parts: SessionParts,
): KucoinSessionOptions {
  const { log, stats, clock, timers } = context;
  const { sink, capture, flags, resume, connections } = parts;
  const rejected = new RejectedFrames({
    folder: join(config.dataDir, 'rejected'),
    name: feedName(config),
    bytesMax: config.rejectedBytesMax,
    skipped: stats.counter('count/kucoin.rejectedNotKept'),
  });
  const sign = signer(config);
  const topics = QUOTE_TOPICS[config.kucoinQuotes];
  const perConnection = config.symbolsPerConnection * (topics.length + 1);
  const now = receiptClock(clock);
  return {
    restUrl: config.kucoinRestUrl,
    symbols: [...new Set(config.symbols)],
    topics,
    bookEndpoint: bookEndpoint(config),
    ...(sign === undefined ? {} : { sign }),
    sink: {
      publish: (batch, recvMonotonicNs) => sink.publish(batch, recvMonotonicNs),
      define: (entry) => sink.define(entry),
      gap: openGapFile(config.dataDir, feedName(config)),
      reject: (error, bytes, at) => rejected.add(error, bytes, at),
    },
    tallies: createHopTallies(stats),
    flags,
    clock,
    timers,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    resume,
    dial: countedDial({
      stats,
      vendor: VENDOR,
      connections,
      connectionIdOf: (url) => URL.parse(url)?.searchParams.get('connectId') ?? url,
      arrive: (bytes) => {
        const stamp = now();
        capture?.ws(stamp, bytes);
        return stamp;
      },
      onBuffer: (buffer) => log.info({ buffer }, 'receive buffer of the sockets'),
    }),
    http: (request) => httpRequest(request),
    onEvent: ({ kind, connection, detail }) => {
      const isNews = kind === 'connected' || kind === 'subscribed' || kind === 'circuit-closed';
      log[isNews ? 'info' : 'warn']({ connection, kind }, detail);
    },
    onAnswer: (answer) => void capture?.rest(now(), answer),
    limits: { topicsPerConnection: Math.min(VENUE_TOPICS_MAX, perConnection) },
  };
}

/** The full book needs a key at the vendor; the simulator takes any. */
function signer(config: GatewayConfig): SignRequest | undefined {
  const { kucoinApiKey: key, kucoinApiSecret: secret, kucoinApiPassphrase: phrase } = config;
  const hmac = (of: string, text: string): string =>
    createHmac('sha256', of).update(text).digest('base64');
  if (key !== undefined && secret !== undefined && phrase !== undefined) {
    return createRequestSigner({ key, secret, passphrase: phrase }, hmac);
  }
  if (!config.simulated) return undefined;
  return createRequestSigner({ key: 'simulated', secret: 'simulated', passphrase: '-' }, hmac);
}

/** Of its files in the data directory: another gateway of the same vendor has another one. */
function feedName(config: GatewayConfig): string {
  return config.service.replace(/^gateway-/, '');
}

function bookEndpoint(config: GatewayConfig): 'full' | 'top100' {
  if (config.kucoinBook !== 'auto') return config.kucoinBook;
  return config.simulated || config.kucoinApiKey !== undefined ? 'full' : 'top100';
}

function openCapture(config: GatewayConfig): RawCaptureWriter | undefined {
  if (config.captureDir === undefined) return undefined;
  const directory = join(config.captureDir, `${VENDOR}-${Date.now()}`);
  return new RawCaptureWriter({ directory, bytesMax: config.captureBytesMax });
}
