/**
 * The session of a browser: a cookie that says which key it came from and until when, signed with
 * a secret of that key. Nothing is stored, so sessions outlive a restart and end with their key.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiKeys } from './api-keys.ts';

const FORM = /^([a-z0-9-]{1,32})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/;
const COOKIES_CHARS_MAX = 8_192;

export interface CookieOptions {
  /** Ports of one host share cookies: each has a name of its own. */
  readonly port: number;
  readonly secure: boolean;
}

const nameOf = (options: CookieOptions): string => `tickwire_session_${options.port}`;

/** The `Set-Cookie` of a new session of key `id`; `undefined` when there is no such key. */
export function sessionCookie(
  keys: ApiKeys,
  session: { id: string; nowMs: number; lifetimeMs: number },
  options: CookieOptions,
): string | undefined {
  const secret = keys.sessionSecret(session.id, session.nowMs);
  if (secret === undefined) return undefined;
  const content = `${session.id}.${session.nowMs + session.lifetimeMs}`;
  return setCookie(`${content}.${sign(secret, content)}`, session.lifetimeMs, options);
}

/** The `Set-Cookie` that ends a session. */
export const endedCookie = (options: CookieOptions): string => setCookie('', 0, options);

/** Id of the key whose valid session the `Cookie` header holds. */
export function verifySession(
  keys: ApiKeys,
  request: { cookies: string; nowMs: number },
  options: CookieOptions,
): string | undefined {
  const value = readCookie(request.cookies, nameOf(options));
  const [, id, until, signature] = FORM.exec(value ?? '') ?? [];
  if (id === undefined || until === undefined || signature === undefined) return undefined;
  const secret = keys.sessionSecret(id, request.nowMs);
  if (secret === undefined || Number(until) <= request.nowMs) return undefined;
  const wanted = Buffer.from(sign(secret, `${id}.${until}`));
  return timingSafeEqual(wanted, Buffer.from(signature)) ? id : undefined;
}

/** Whether the request brings a session cookie of ours, good or not. */
export const hasSession = (cookies: string, options: CookieOptions): boolean =>
  readCookie(cookies, nameOf(options)) !== undefined;

function readCookie(cookies: string, name: string): string | undefined {
  if (cookies.length > COOKIES_CHARS_MAX) return undefined;
  for (const part of cookies.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

function setCookie(value: string, lifetimeMs: number, options: CookieOptions): string {
  return [
    `${nameOf(options)}=${value}`,
    'Path=/',
    `Max-Age=${Math.floor(lifetimeMs / 1000)}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(options.secure ? ['Secure'] : []),
  ].join('; ');
}

const sign = (secret: Buffer, content: string): string =>
  createHmac('sha256', secret).update(content).digest('base64url');
