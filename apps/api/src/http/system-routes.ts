/** What the system is doing now. */
import { z } from 'zod';
import type { RingUpstream } from '../rings/ring-upstream.ts';
import type { SystemView } from '../system-view.ts';
import {
  gapsAnswer,
  healthAnswer,
  livezAnswer,
  marketsAnswer,
  ratesAnswer,
  servicesAnswer,
} from './answers.ts';
import { noQuery, route } from './route.ts';
import type { Route } from './route.ts';

const pageSize = z.coerce.number().int().min(1).max(1_000).default(200);

export function systemRoutes(parts: { view: SystemView; upstream: RingUpstream }): Route[] {
  const { view, upstream } = parts;
  return [
    route({
      path: '/livez',
      summary: 'Whether this process answers; needs no key',
      query: noQuery,
      answer: livezAnswer,
      isOpen: true,
      work: () => ({ status: 'ok' }),
    }),
    route({
      path: '/api/v1/health',
      summary: 'Every service: up, healthy, and why not',
      query: noQuery,
      answer: healthAnswer,
      work: () => view.look().health,
    }),
    route({
      path: '/api/v1/services',
      summary: 'Every service: state, rate, losses, restarts, CPU, memory',
      query: noQuery,
      answer: servicesAnswer,
      work: () => servicesOf(view),
    }),
    route({
      path: '/api/v1/markets',
      summary: 'Every instrument: last quote and trade, state of its stream and since when',
      query: z.strictObject({
        symbols: z.string().min(1).max(8_000).optional(),
        limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
        cursor: z.string().min(1).max(120).optional(),
      }),
      answer: marketsAnswer,
      work: ({ query }) => marketsOf(upstream, query),
    }),
    route({
      path: '/api/v1/rates',
      summary: 'Rates, latency by stage, rings and their fill, the account of every hop',
      query: noQuery,
      answer: ratesAnswer,
      work: () => ratesOf(view),
    }),
    route({
      path: '/api/v1/gaps',
      summary: 'The ledger of gaps, the newest first',
      query: z.strictObject({
        limit: pageSize,
        offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
      }),
      answer: gapsAnswer,
      work: ({ query: { limit, offset } }) => {
        const gaps = view.gaps();
        return { total: gaps.length, gaps: gaps.slice(offset, offset + limit) };
      },
    }),
  ];
}

/** Services with their health: one answer, and the message of the channel `services`. */
export function servicesOf(view: SystemView): object {
  const { status, health } = view.look();
  const known = new Map(health.services.map((one) => [one.service, one]));
  return {
    atMs: status.atMs,
    status: health.status,
    services: status.services.map((service) => ({
      ...service,
      healthy: known.get(service.service)?.healthy ?? false,
      reason: known.get(service.service)?.reason ?? service.reason,
    })),
  };
}

export function ratesOf(view: SystemView): object {
  const { status } = view.look();
  const { atMs, latency, rings, hops, lost, gaps, barsClosed, store } = status;
  return { atMs, latency, rings, hops, lost, gaps, barsClosed, store };
}

function marketsOf(
  upstream: RingUpstream,
  query: { symbols?: string | undefined; limit: number; cursor?: string | undefined },
): object {
  const wanted = query.symbols === undefined ? undefined : new Set(query.symbols.split(','));
  const keyOf = (market: { symbol: string; ring: string }): string =>
    `${market.symbol} ${market.ring}`;
  const markets = upstream
    .markets()
    .filter(({ symbol }) => wanted?.has(symbol) ?? true)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const { cursor, limit } = query;
  const after = cursor === undefined ? markets : markets.filter((one) => keyOf(one) > cursor);
  const page = after.slice(0, limit);
  const last = page.at(-1);
  return {
    atMs: Date.now(),
    markets: page,
    total: markets.length,
    cursor: after.length > limit && last !== undefined ? keyOf(last) : null,
  };
}
