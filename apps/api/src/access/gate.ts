/**
 * Who may ask: decided from the head of a request, before its body, and for a stream before the
 * upgrade. A key comes as `Authorization: Bearer`, a browser's session as a cookie; nothing else
 * opens. A page of another origin is refused even with a good cookie.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../errors.ts';
import type { ApiKeys } from './api-keys.ts';
import { hasSession, verifySession } from './session-cookie.ts';
import type { CookieOptions } from './session-cookie.ts';

export interface GateOptions {
  readonly keys: ApiKeys;
  readonly nowMs: () => number;
  readonly cookie: CookieOptions;
  /** Origins that pages may come from. */
  readonly origins: ReadonlySet<string>;
  /** Names that a request may ask for us by; undefined = any. Against rebinding of names. */
  readonly hosts: ReadonlySet<string> | undefined;
}

export interface RequestHead {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** How somebody came in. */
export interface Identity {
  readonly keyId: string;
  readonly by: 'key' | 'session';
}

const KEY_PARAMETERS = /^(api[-_]?)?(key|token)$|^(access[-_]?token|authorization|bearer|secret)$/i;
const BEARER = /^Bearer ([\x21-\x7e]+)$/i;
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export class Gate {
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * What holds for every request, with a key or without.
   * @throws ApiError `KEY_IN_URL`, `BAD_ORIGIN`.
   */
  requireDecent(head: RequestHead): void {
    refuseKeyInUrl(head.url);
    const { origins, hosts } = this.#options;
    const { origin, host } = head.headers;
    if (origin !== undefined && !origins.has(origin)) throw badOrigin();
    if (head.headers['sec-fetch-site'] === 'cross-site' && head.method !== 'GET') throw badOrigin();
    if (hosts !== undefined && (host === undefined || !hosts.has(host.toLowerCase()))) {
      throw badOrigin();
    }
  }

  /**
   * Who asks.
   * @param asUpgrade - For a stream: browsers can open one across sites, so a session needs our
   *   own `Origin` beside it.
   * @throws ApiError `NO_KEY`, `BAD_KEY`, `BAD_ORIGIN`.
   */
  identify(head: RequestHead, asUpgrade: boolean): Identity {
    const { keys, nowMs, cookie } = this.#options;
    const { authorization, origin } = head.headers;
    const cookies = head.headers.cookie ?? '';
    if (authorization !== undefined) {
      const text = BEARER.exec(authorization)?.[1];
      const keyId = text === undefined ? undefined : keys.verify(text, nowMs());
      if (keyId === undefined) throw badKey();
      return { keyId, by: 'key' };
    }
    if (!hasSession(cookies, cookie)) {
      const message = 'give a key: Authorization: Bearer KEY; the page asks for one itself';
      throw new ApiError('NO_KEY', message);
    }
    const keyId = verifySession(keys, { cookies, nowMs: nowMs() }, cookie);
    if (keyId === undefined) throw badKey();
    if ((asUpgrade || UNSAFE.has(head.method)) && origin === undefined) throw badOrigin();
    if (head.headers['sec-fetch-site'] === 'cross-site') throw badOrigin();
    return { keyId, by: 'session' };
  }

  /** Whether an identity given before still holds: its key may be gone or over. */
  stillHolds({ keyId }: Identity): boolean {
    return this.#options.keys.sessionSecret(keyId, this.#options.nowMs()) !== undefined;
  }
}

function refuseKeyInUrl(url: string): void {
  const at = url.indexOf('?');
  if (at < 0) return;
  for (const name of new URLSearchParams(url.slice(at + 1)).keys()) {
    if (!KEY_PARAMETERS.test(name)) continue;
    const message = 'a key does not belong into a URL: use the header Authorization: Bearer KEY';
    throw new ApiError('KEY_IN_URL', message, { field: name.slice(0, 32) });
  }
}

const badKey = (): ApiError => new ApiError('BAD_KEY', 'this key or session is not valid');
const badOrigin = (): ApiError =>
  new ApiError('BAD_ORIGIN', 'requests from pages of other origins are refused');
