/** Forms of the answers: for OpenAPI, and for the test that holds the answers against them. */
import { z } from 'zod';
import { barMessage } from '../bar-message.ts';

export const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }),
});

/** A tick as `tickwire tail --json` prints it; its key is (ringId, position). */
export const tickAnswer = z
  .object({ kind: z.string(), ringId: z.string(), position: z.int() })
  .catchall(z.union([z.string(), z.number(), z.array(z.string())]));

const pageOf = (row: z.ZodType) => z.object({ rows: z.array(row), cursor: z.string().nullable() });
export const tickPage = pageOf(tickAnswer);
export const barPage = pageOf(barMessage);

export const healthAnswer = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  supervised: z.boolean(),
  services: z.array(
    z.object({
      service: z.string(),
      role: z.string(),
      up: z.boolean(),
      healthy: z.boolean(),
      state: z.string(),
      reason: z.string(),
    }),
  ),
});

export const marketsAnswer = z.object({
  atMs: z.number(),
  markets: z.array(
    z.object({
      ring: z.string(),
      ringId: z.string(),
      vendor: z.string(),
      venue: z.string(),
      symbol: z.string(),
      state: z.string(),
      sinceTs: z.string().nullable(),
      reason: z.string().nullable(),
      simulated: z.boolean(),
      replayed: z.boolean(),
      quote: tickAnswer.nullable(),
      trade: tickAnswer.nullable(),
    }),
  ),
  total: z.int(),
  /** Symbol after which the next page begins; null at the end. */
  cursor: z.string().nullable(),
});

export const servicesAnswer = z.object({
  atMs: z.number(),
  services: z.array(
    z.looseObject({
      service: z.string(),
      state: z.string(),
      pid: z.int(),
      restarts: z.int(),
      reason: z.string(),
      perSecond: z.number().nullable(),
      unit: z.string(),
      lost: z.number(),
      gaps: z.number(),
      cpuShare: z.number(),
      pssBytes: z.number(),
      healthy: z.boolean(),
    }),
  ),
});

const latency = z.object({
  p50Ns: z.number(),
  p95Ns: z.number(),
  p99Ns: z.number(),
  p999Ns: z.number(),
  maxNs: z.number(),
  count: z.number(),
});
const count = z.union([z.number(), z.string()]);

export const ratesAnswer = z.object({
  atMs: z.number(),
  latency: z.record(z.string(), z.looseObject(latency.shape)),
  rings: z.array(
    z.looseObject({
      name: z.string(),
      ringId: z.string(),
      published: z.number(),
      slots: z.number(),
      ticksPerSecond: z.number().nullable(),
      fill: z.number(),
      state: z.string(),
    }),
  ),
  hops: z.array(
    z.looseObject({
      name: z.string(),
      unit: z.string(),
      in: count.nullable(),
      out: count.nullable(),
      dropped: z.record(z.string(), count),
      inFlight: count.nullable(),
      balanced: z.boolean(),
    }),
  ),
  lost: z.number(),
  gaps: z.number(),
  barsClosed: z.number(),
  store: z.looseObject({ rows: z.number(), files: z.number(), bytes: z.number() }),
});

export const gapsAnswer = z.object({
  total: z.int(),
  gaps: z.array(z.record(z.string(), z.unknown())),
});

const span = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  service: z.string(),
  name: z.string(),
  startNs: z.string(),
  endNs: z.string(),
});
export const traceAnswer = z.object({ traceId: z.string(), spans: z.array(span) });
export const tracesAnswer = z.object({ traces: z.array(traceAnswer) });

export const sessionAnswer = z.object({ expiresInMs: z.number() });
export const livezAnswer = z.object({ status: z.literal('ok') });
