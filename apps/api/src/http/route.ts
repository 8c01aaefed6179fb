/** A route of the api as data: what it takes and gives; server and OpenAPI are made of it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { firstProblem } from '../stream/protocol.ts';

const BODY_BYTES_MAX = 65_536;

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `/api/v1/traces/:id` */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  /** Of an answer with status 200; undefined when it has no body (204). */
  readonly answer: z.ZodType | undefined;
  /** Whether a key is needed. */
  readonly isOpen: boolean;
  /** Of a request's body. */
  readonly bodyBytesMax: number;
  /** Answers; throws ApiError. */
  handle(request: FastifyRequest, reply: FastifyReply): unknown;
}

interface RouteOptions<Query extends z.ZodObject> {
  readonly method?: Route['method'];
  readonly path: string;
  readonly summary: string;
  /** Every route refuses what it does not know; this is what it knows. */
  readonly query: Query;
  readonly answer?: z.ZodType;
  readonly isOpen?: boolean;
  readonly bodyBytesMax?: number;
  readonly work: (at: {
    readonly query: z.infer<Query>;
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
  }) => unknown;
}

/** A route whose query has been checked when its work begins. */
export function route<Query extends z.ZodObject>(options: RouteOptions<Query>): Route {
  const { method = 'GET', path, summary, query, answer, work } = options;
  const { isOpen = false, bodyBytesMax = BODY_BYTES_MAX } = options;
  return {
    ...{ method, path, summary, query, answer, isOpen, bodyBytesMax },
    handle(request, reply) {
      const parsed = query.safeParse({ ...(request.query as object) });
      if (!parsed.success) throw firstProblem(parsed.error);
      return work({ query: parsed.data, request, reply });
    },
  };
}

/** Of a route that takes no query. */
export const noQuery = z.strictObject({});
