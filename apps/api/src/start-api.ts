/** Everything of the api put together. Top to bottom is the order of the start. */
import { startOnFreePort } from '@tickwire/io-service';
import type { RunningService, ServiceContext } from '@tickwire/io-service';
import { createTraceStore } from '@tickwire/io-telemetry';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Gate } from './access/gate.ts';
import { hostInUrl, makeGate, readTls } from './access/make-gate.ts';
import { openKeys } from './access/open-keys.ts';
import type { ApiConfig } from './config.ts';
import { History } from './history/history.ts';
import { historyRoutes } from './http/history-routes.ts';
import { createHttpServer } from './http/http-server.ts';
import type { HttpServerOptions, IdentityOf, Tls } from './http/http-server.ts';
import { openApiOf } from './http/openapi.ts';
import { noQuery, route } from './http/route.ts';
import type { Route } from './http/route.ts';
import { sessionRoutes } from './http/session-routes.ts';
import { ratesOf, servicesOf, systemRoutes } from './http/system-routes.ts';
import { traceRoutes } from './http/trace-routes.ts';
import { RingUpstream } from './rings/ring-upstream.ts';
import { BarFeed } from './stream/bar-feed.ts';
import { BusBars } from './stream/bus-bars.ts';
import { StreamHub } from './stream/stream-hub.ts';
import { StreamServer } from './stream/stream-server.ts';
import { SystemView } from './system-view.ts';

const STATUS_MS = 1_000;
const ANCHOR_MS = 1_000;
const STOP_STREAMS_MS = 1_000;
const HOUR_MS = 3_600_000;
/** Connections beside the streams: pages, and programs that ask once. */
const OTHER_CONNECTIONS_MAX = 256;

export async function startApi(
  config: ApiConfig,
  context: ServiceContext,
): Promise<RunningService> {
  const { clock, log } = context;
  const tls = readTls(config);
  const { keys, path: keysFile, close: closeKeys } = openKeys(config, log);
  const sources = await openSources(config, context);
  const { view, history, upstream, hub } = sources;
  let cookie = { port: 0, secure: tls !== undefined };
  let gate = makeGate(config, keys, cookie);
  const streams = openStreams(config, context, { hub, gate: () => gate });
  const routes = (identityOf: IdentityOf): readonly Route[] =>
    withOpenApi([
      ...systemRoutes({ view, upstream }),
      ...historyRoutes(history),
      ...traceRoutes(createTraceStore()),
      ...sessionRoutes({
        ...{ keys, identityOf, nowMs: Date.now, lifetimeMs: config.sessionHours * HOUR_MS },
        cookie: () => cookie,
      }),
    ]);
  const { app, port } = await listen(config, {
    ...httpOptions(config, tls),
    ...{ gate: () => gate, routes },
    hasRoom: () => streams.hasRoom,
    onStream: (socket, identity) => streams.accept(socket, identity),
    onFault: (error) => log.error({ err: error }, 'a request failed by a fault of ours'),
  });
  cookie = { ...cookie, port };
  gate = makeGate(config, keys, cookie);
  if (port !== config.port && config.port !== 0) {
    log.warn({ wanted: config.port, port }, 'the port is busy: the next free one is used');
  }
  const telling = setInterval(() => {
    if (hub.count('services') === 0) return;
    hub.giveStatus(JSON.stringify({ ...ratesOf(view), ...servicesOf(view) }));
  }, STATUS_MS);
  const anchoring = setInterval(() => clock.refresh(), ANCHOR_MS);
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    info: {
      url: `${scheme}://${hostInUrl(config.host)}:${port}`,
      port,
      ...(keysFile === undefined ? {} : { keysFile }),
    },
    async stop() {
      clearInterval(telling);
      clearInterval(anchoring);
      closeKeys();
      upstream.stop();
      await streams.stop(STOP_STREAMS_MS);
      await app.close();
      await sources.close();
    },
  };
}

/** What the api reads: rings, bus, store, and the system around it. */
async function openSources(config: ApiConfig, context: ServiceContext) {
  const { log, stats, clock, tracer, fail } = context;
  const nowMs = (): number => clock.monotonicNs() / 1e6;
  const hub = new StreamHub(nowMs);
  const view = new SystemView({ ...config, monotonicNs: () => clock.monotonicNs() });
  const history = new History({
    ...{ dataDir: config.dataDir, timeoutMs: config.historyTimeoutMs },
    queueMax: config.historyQueueMax,
  });
  const bus = await BusBars.connect(config);
  const bars: BarFeed = new BarFeed({
    ...{ hub, nowMs, tracer, clock },
    isBusOpen: () => bus.isOpen,
    readRings: () => void upstream.readNow(),
  });
  const upstream = new RingUpstream({
    ...{ dir: config.ringDir, dataDir: config.dataDir, hub, stats, clock, tracer, log, fail },
    onBarTick: (tick, at) => bars.takeTick(tick, at),
    onLook: () => bars.tick(),
  });
  hub.onChange = () => {
    upstream.audienceChanged();
    bus.want(hub.count('bars') > 0, bars);
  };
  return {
    ...{ hub, view, history, upstream },
    async close() {
      await history.close();
      await bus.close();
      view.close();
    },
  };
}

function openStreams(
  config: ApiConfig,
  { stats, clock }: ServiceContext,
  parts: { hub: StreamHub; gate: () => Gate },
): StreamServer {
  const { clientsMax, pingMs, subscriptionsMax } = config;
  return new StreamServer({
    ...{ hub: parts.hub, stats, clientsMax, pingMs, subscriptionsMax },
    nowMs: () => clock.monotonicNs() / 1e6,
    limits: { bytesMax: config.clientQueueBytes, messagesMax: config.clientQueueMessages },
    stillHolds: (identity) => parts.gate().stillHolds(identity),
  });
}

const httpOptions = (config: ApiConfig, tls: Tls | undefined) => ({
  tls,
  limits: {
    addressPerMinute: config.addressRequestsPerMinute,
    keyPerMinute: config.keyRequestsPerMinute,
    refusalsPerMinute: config.addressRefusalsPerMinute,
  },
  connectionsMax: config.clientsMax + OTHER_CONNECTIONS_MAX,
  messageBytesMax: config.messageBytesMax,
});

function listen(
  config: ApiConfig,
  options: HttpServerOptions,
): Promise<{ app: FastifyInstance; port: number }> {
  return startOnFreePort(config.port, async (candidate) => {
    const app = await createHttpServer(options);
    try {
      await app.listen({ host: config.host, port: candidate });
    } catch (error) {
      await app.close();
      throw error;
    }
    const address = app.server.address();
    return { app, port: typeof address === 'object' && address !== null ? address.port : 0 };
  });
}

function withOpenApi(routes: readonly Route[]): readonly Route[] {
  const document = route({
    path: '/openapi.json',
    summary: 'This document',
    query: noQuery,
    answer: z.looseObject({ openapi: z.string() }),
    work: () => openApi,
  });
  const all = [...routes, document];
  const openApi = openApiOf(all);
  return all;
}
