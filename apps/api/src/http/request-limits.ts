/** How often one address and one key may ask: counted before the work, bad keys on their own. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';

export interface RequestLimits {
  readonly addressPerMinute: number;
  readonly keyPerMinute: number;
  readonly refusalsPerMinute: number;
}

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

export class RequestLimiter {
  readonly #byAddress: Limiter;
  readonly #refusals: Limiter;
  readonly #byKey: Limiter;
  /** Of the request that is being looked at: the limiter asks back for it. */
  readonly #keyIds = new WeakMap<FastifyRequest, string>();

  /** Needs @fastify/rate-limit registered with `global: false`. */
  constructor(app: FastifyInstance, limits: RequestLimits) {
    const timeWindow = 60_000;
    const address = (request: FastifyRequest): string => request.ip;
    this.#byAddress = app.createRateLimit({
      ...{ max: limits.addressPerMinute, timeWindow, keyGenerator: address },
    });
    this.#refusals = app.createRateLimit({
      ...{ max: limits.refusalsPerMinute, timeWindow, keyGenerator: address },
    });
    this.#byKey = app.createRateLimit({
      ...{ max: limits.keyPerMinute, timeWindow },
      keyGenerator: (request) => this.#keyIds.get(request) ?? '',
    });
  }

  /** @throws ApiError `TOO_MANY` */
  countAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return take(this.#byAddress, request, reply);
  }

  /** A request with a bad key. @throws ApiError `TOO_MANY` when its address has sent too many. */
  countRefusal(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return take(this.#refusals, request, reply);
  }

  /** @throws ApiError `TOO_MANY` */
  countKey(request: FastifyRequest, reply: FastifyReply, keyId: string): Promise<void> {
    this.#keyIds.set(request, keyId);
    return take(this.#byKey, request, reply);
  }
}

async function take(limiter: Limiter, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const taken = await limiter(request);
  if (taken.isAllowed || !taken.isExceeded) return;
  void reply.header('retry-after', String(taken.ttlInSeconds));
  throw new ApiError('TOO_MANY', `too many requests: try again in ${taken.ttlInSeconds} s`);
}
