/** The session of a browser: the page gives the key once and keeps a cookie it cannot read. */
import type { ApiKeys } from '../access/api-keys.ts';
import { endedCookie, sessionCookie } from '../access/session-cookie.ts';
import type { CookieOptions } from '../access/session-cookie.ts';
import { ApiError } from '../errors.ts';
import { sessionAnswer } from './answers.ts';
import type { IdentityOf } from './http-server.ts';
import { noQuery, route } from './route.ts';
import type { Route } from './route.ts';

export interface SessionRouteOptions {
  readonly keys: ApiKeys;
  /** Known once the port is. */
  readonly cookie: () => CookieOptions;
  readonly lifetimeMs: number;
  readonly nowMs: () => number;
  readonly identityOf: IdentityOf;
}

export function sessionRoutes(options: SessionRouteOptions): Route[] {
  const { keys, cookie, lifetimeMs, nowMs, identityOf } = options;
  return [
    route({
      method: 'POST',
      path: '/api/v1/session',
      summary: 'Exchanges a key (Authorization: Bearer) for a session cookie',
      query: noQuery,
      answer: sessionAnswer,
      work: ({ request, reply }) => {
        const identity = identityOf(request);
        // Else a session could renew itself for ever.
        if (identity?.by !== 'key') throw new ApiError('NO_KEY', 'a session is made of a key');
        const session = { id: identity.keyId, nowMs: nowMs(), lifetimeMs };
        const made = sessionCookie(keys, session, cookie());
        if (made === undefined) throw new ApiError('BAD_KEY', 'this key is not valid any more');
        void reply.header('set-cookie', made);
        return { expiresInMs: lifetimeMs };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/session',
      summary: 'Ends the session of this browser',
      query: noQuery,
      work: ({ reply }) => {
        void reply.header('set-cookie', endedCookie(cookie())).status(204).send();
        return reply;
      },
    }),
  ];
}
