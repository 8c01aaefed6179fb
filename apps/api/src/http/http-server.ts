/**
 * The HTTP side: every request passes the gate and the limits before its route; every error leaves
 * as `{error: {code, message, field?}}`, without a stack or a version.
 */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Gate, Identity } from '../access/gate.ts';
import { ApiError } from '../errors.ts';
import { isPagePath, servePage } from './page-files.ts';
import { RequestLimiter } from './request-limits.ts';
import type { RequestLimits } from './request-limits.ts';
import type { Route } from './route.ts';

export const STREAM_PATH = '/api/v1/stream';
const HEADER_BYTES_MAX = 16_384;
const HEADERS_MS_MAX = 5_000;
const REQUEST_MS_MAX = 8_000;
const FRAGMENTS_MAX = 256;
const CHUNKS_MAX = 4_096;

export type IdentityOf = (request: FastifyRequest) => Identity | undefined;

export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface HttpServerOptions {
  readonly tls: Tls | undefined;
  readonly gate: () => Gate;
  readonly limits: RequestLimits;
  /** Connections at a time, streams among them. */
  readonly connectionsMax: number;
  readonly messageBytesMax: number;
  readonly routes: (identityOf: IdentityOf) => readonly Route[];
  /** Whether one more stream is taken. */
  readonly hasRoom: () => boolean;
  readonly onStream: (socket: WebSocket, identity: Identity) => void;
  /** A fault of ours: never told to clients. */
  readonly onFault: (error: unknown) => void;
}

export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200, ignoreDuplicateSlashes: false },
    serverFactory: (handler) => makeServer(handler, options),
    // A path that cannot be decoded, before there is a route.
    frameworkErrors(error, _request, reply) {
      void answerError(asApiError(error), reply);
    },
    // Refused by the parser before there is a request: an answer in our own form.
    clientErrorHandler(error, socket) {
      const status = 'code' in error && error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
      const body = '{"error":{"code":"BAD_REQUEST","message":"not HTTP, or too slow"}}';
      if (!socket.writable) return void socket.destroy();
      socket.end(
        `HTTP/1.1 ${status} Bad Request\r\ncontent-type: application/json\r\n` +
          `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  });
  app.removeContentTypeParser('text/plain');
  setErrorAnswers(app, options);
  await app.register(helmet, helmetOptions(options.tls !== undefined));
  await app.register(rateLimit, { global: false });
  await app.register(websocket, { options: webSocketOptions(options) });
  const identityOf = guard(app, options);
  addRoutes(app, options.routes(identityOf));
  addStream(app, options, identityOf);
  await servePage(app);
  return app;
}

function makeServer(handler: RequestListener, options: HttpServerOptions): Server {
  const shared = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: HEADERS_MS_MAX,
  };
  const { tls } = options;
  const server =
    tls === undefined
      ? createServer(shared, handler)
      : createTlsServer({ ...shared, ...tls, minVersion: 'TLSv1.2' }, handler);
  server.maxConnections = options.connectionsMax;
  return server;
}

function helmetOptions(isTls: boolean): Parameters<typeof helmet>[1] {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isTls,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  };
}

/** Compression would let a client make us hold much more than it sends. */
const webSocketOptions = (options: HttpServerOptions): object => ({
  maxPayload: options.messageBytesMax,
  maxFragments: FRAGMENTS_MAX,
  maxBufferedChunks: CHUNKS_MAX,
  perMessageDeflate: false,
  autoPong: false,
  clientTracking: false,
});

/** The gate and the limits, before anything of a request's body is read. */
function guard(app: FastifyInstance, options: HttpServerOptions): IdentityOf {
  const limiter = new RequestLimiter(app, options.limits);
  const identities = new WeakMap<FastifyRequest, Identity>();
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    await limiter.countAddress(request, reply);
    const head = { method: request.method, url: request.url, headers: request.headers };
    const gate = options.gate();
    gate.requireDecent(head);
    if (isOpen(request)) return;
    try {
      const identity = gate.identify(head, request.ws === true || isUpgrade(request));
      identities.set(request, identity);
    } catch (error) {
      await limiter.countRefusal(request, reply);
      throw error;
    }
    await limiter.countKey(request, reply, identities.get(request)?.keyId ?? '');
  });
  return (request) => identities.get(request);
}

const isUpgrade = (request: FastifyRequest): boolean => request.headers.upgrade !== undefined;

/** Page files, and routes that say so: all others need a key, those that do not exist too. */
function isOpen(request: FastifyRequest): boolean {
  if (request.method === 'GET' && isPagePath(request.url.split('?', 1)[0] ?? '')) return true;
  return request.routeOptions.config.isOpen === true;
}

function addRoutes(app: FastifyInstance, routes: readonly Route[]): void {
  const methods = new Map<string, string[]>([[STREAM_PATH, ['GET']]]);
  for (const route of routes) {
    methods.set(route.path, [...(methods.get(route.path) ?? []), route.method]);
    app.route({
      method: route.method,
      url: route.path,
      config: { isOpen: route.isOpen },
      bodyLimit: route.bodyBytesMax,
      handler: (request, reply) => route.handle(request, reply),
    });
  }
  for (const [url, known] of methods) refuseOtherMethods(app, url, known);
}

function refuseOtherMethods(app: FastifyInstance, url: string, known: readonly string[]): void {
  const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
  app.route({
    method: all.filter((method) => !known.includes(method)),
    url,
    handler: (_request, reply) => {
      void reply.header('allow', known.join(', '));
      throw new ApiError('BAD_METHOD', `this path takes ${known.join(', ')}`);
    },
  });
}

function addStream(app: FastifyInstance, options: HttpServerOptions, identityOf: IdentityOf): void {
  app.route({
    method: 'GET',
    url: STREAM_PATH,
    preValidation: async (request) => {
      if (!options.hasRoom()) throw new ApiError('TOO_MANY', 'too many stream clients');
      if (identityOf(request) === undefined) throw new ApiError('NO_KEY', 'a stream needs a key');
    },
    handler: () => {
      throw new ApiError('BAD_REQUEST', 'this is a WebSocket: send an upgrade');
    },
    wsHandler: (socket, request) => {
      const identity = identityOf(request);
      if (identity === undefined) socket.terminate();
      else options.onStream(socket, identity);
    },
  });
}

function setErrorAnswers(app: FastifyInstance, options: HttpServerOptions): void {
  app.setNotFoundHandler((_request, reply) =>
    answerError(new ApiError('NOT_FOUND', 'there is nothing at this path'), reply),
  );
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const known = asApiError(error);
    if (known.code === 'INTERNAL') options.onFault(error);
    return answerError(known, reply);
  });
}

function answerError(error: ApiError, reply: FastifyReply): FastifyReply {
  if (error.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.status(error.status).send(error.toJSON());
}

/** What fastify itself refuses, in our words. */
function asApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  switch (error.statusCode) {
    case 413:
      return new ApiError('TOO_LARGE', 'the body is too large');
    case 415:
      return new ApiError('BAD_MEDIA_TYPE', 'send application/json');
    case 404:
      return new ApiError('NOT_FOUND', 'there is nothing at this path');
    default:
      return (error.statusCode ?? 500) < 500
        ? new ApiError('BAD_REQUEST', 'the request is not valid')
        : new ApiError('INTERNAL', 'a fault of ours: it is in the log of the api');
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no key. */
    isOpen?: boolean;
  }
}
