/** Traces: taken in from the services' exporters, shown to clients. */
import { TelemetryError } from '@tickwire/io-telemetry';
import type { TraceStore } from '@tickwire/io-telemetry';
import { z } from 'zod';
import { ApiError } from '../errors.ts';
import { traceAnswer, tracesAnswer } from './answers.ts';
import { noQuery, route } from './route.ts';
import type { Route } from './route.ts';

/** Spans come in batches. */
const BODY_BYTES_MAX = 4_194_304;
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

export function traceRoutes(traces: TraceStore): Route[] {
  return [
    route({
      path: '/api/v1/traces',
      summary: 'Traces of sampled ticks, the newest first',
      query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
      answer: tracesAnswer,
      work: ({ query }) => ({ traces: traces.list(query.limit) }),
    }),
    route({
      path: '/api/v1/traces/:id',
      summary: 'One trace',
      query: noQuery,
      answer: traceAnswer,
      work: ({ request }) => {
        const { id } = request.params as { id: string };
        const trace = /^[0-9a-f]{32}$/.test(id) ? traces.get(id) : undefined;
        if (trace === undefined) throw new ApiError('NOT_FOUND', 'there is no such trace');
        return trace;
      },
    }),
    route({
      method: 'POST',
      path: '/v1/traces',
      summary: 'OTLP/HTTP in JSON, from programs of this host: no key, and no page may send it',
      query: noQuery,
      answer: z.object({}),
      isOpen: true,
      bodyBytesMax: BODY_BYTES_MAX,
      work: ({ request }) => {
        const { remoteAddress = '' } = request.raw.socket;
        if (!LOOPBACK.test(remoteAddress) || isFromPage(request.headers)) {
          throw new ApiError('BAD_ORIGIN', 'traces are taken from programs of this host only');
        }
        try {
          traces.add(request.body);
        } catch (error) {
          if (!(error instanceof TelemetryError)) throw error;
          throw new ApiError('BAD_REQUEST', error.message);
        }
        return {};
      },
    }),
  ];
}

const isFromPage = (headers: Readonly<Record<string, unknown>>): boolean =>
  headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
