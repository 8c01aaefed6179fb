/**
 * The door for operators of one service, on loopback by default:
 *
 *   GET /metrics   the counters, for Prometheus
 *   GET /livez     200 while the process serves its event loop
 *   GET /readyz    200 when it has started and is not stopping, else 503 with the reason
 *   GET /healthz   200 when it can do its work, else 503; JSON with phase, ok, reason
 *
 * It gives facts and takes none. What comes in is bounded: headers 8 KiB, no body is read, 64
 * connections, 5 s for a request.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const HEADER_BYTES_MAX = 8 * 1024;
const CONNECTIONS_MAX = 64;
const REQUEST_MS_MAX = 5_000;
const IDLE_MS_MAX = 10_000;
/** How often requests that take too long are looked for; Node's own 30 s would let them sit. */
const LOOK_MS = 1_000;
const PORTS_TRIED = 50;

/** What the server shows; as `ServiceHealth` of io-service. */
export interface ShownHealth {
  readonly phase: 'starting' | 'running' | 'stopping';
  readonly ok: boolean;
  readonly reason: string;
}

export interface OperationsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly service: string;
  readonly health: () => ShownHealth;
  readonly metrics: () => Promise<string>;
  readonly onError: (error: unknown) => void;
}

export interface OperationsServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** @throws the error of `listen`: the address is not ours, or 50 ports in a row are taken. */
export async function startOperationsServer(
  options: OperationsServerOptions,
): Promise<OperationsServer> {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: REQUEST_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      keepAliveTimeout: REQUEST_MS_MAX,
      connectionsCheckingInterval: LOOK_MS,
    },
    (request, response) => void answer(request, response, options),
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.timeout = IDLE_MS_MAX;
  server.on('clientError', (_error, socket) => socket.destroy());
  const port = await listenFrom(server, options);
  server.unref();
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listenFrom(server: Server, options: OperationsServerOptions): Promise<number> {
  const { host, port } = options;
  for (let tried = 0; ; tried++) {
    try {
      return await listen(server, host, port === 0 ? 0 : port + tried);
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isBusy || port === 0 || tried >= PORTS_TRIED || port + tried >= 65_535) throw error;
    }
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: OperationsServerOptions,
): Promise<void> {
  const { status, type, body } = await answerOf(request, options);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // What else such a client sends is not read.
    ...(status === 405 ? { allow: 'GET, HEAD', connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerOf(
  request: IncomingMessage,
  options: OperationsServerOptions,
): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'use GET');
  const path = (request.url ?? '').split('?', 1)[0];
  const health = options.health();
  if (path === '/livez') return text(200, 'ok');
  if (path === '/readyz') {
    const why = health.phase === 'running' ? 'ok' : `the service is ${health.phase}`;
    return text(health.phase === 'running' ? 200 : 503, why);
  }
  if (path === '/healthz') {
    const { service } = options;
    const isWell = health.ok && health.phase === 'running';
    return json(isWell ? 200 : 503, { service, ...health });
  }
  if (path !== '/metrics') return text(404, 'here are /metrics, /livez, /readyz and /healthz');
  try {
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    return { status: 200, type, body: await options.metrics() };
  } catch (error) {
    options.onError(error);
    return text(500, 'the counters cannot be read');
  }
}

const text = (status: number, body: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

const json = (status: number, body: object): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});
