/** What was stored. */
import type { FastifyRequest } from 'fastify';
import { barQuery, tickQuery, tradeQuery } from '../history/history-query.ts';
import type { History } from '../history/history.ts';
import { barPage, tickPage } from './answers.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';

export function historyRoutes(history: History): Route[] {
  return [
    route({
      path: '/api/v1/history/ticks',
      summary: 'Stored ticks of a symbol in the order of their receipt, page by page',
      query: tickQuery,
      answer: tickPage,
      work: ({ query, request }) => history.ticks(query, goneSignal(request)),
    }),
    route({
      path: '/api/v1/history/trades',
      summary: 'Stored trades of a symbol in the order of their receipt, page by page',
      query: tradeQuery,
      answer: tickPage,
      work: ({ query, request }) =>
        history.ticks({ ...query, kinds: ['TRADE'] }, goneSignal(request)),
    }),
    route({
      path: '/api/v1/history/bars',
      summary: 'Stored bars of a symbol in the order of their start, page by page',
      query: barQuery,
      answer: barPage,
      work: ({ query, request }) => history.bars(query, goneSignal(request)),
    }),
  ];
}

/** Aborts when the client goes away before its answer: nobody needs the rest of the work. */
function goneSignal(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  return gone.signal;
}
