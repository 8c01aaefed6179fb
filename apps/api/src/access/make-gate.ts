/** The gate of a configuration: which origins and names are ours, and whether we may be reached. */
import { readFileSync } from 'node:fs';
import type { ApiConfig } from '../config.ts';
import { ApiStartError } from '../errors.ts';
import type { Tls } from '../http/http-server.ts';
import type { ApiKeys } from './api-keys.ts';
import { Gate } from './gate.ts';
import type { CookieOptions } from './session-cookie.ts';

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

export function makeGate(config: ApiConfig, keys: ApiKeys, cookie: CookieOptions): Gate {
  const { port, secure } = cookie;
  const names = ['localhost', '127.0.0.1', '[::1]', hostInUrl(config.host)];
  const own = names.map((name) => `${name}:${port}`);
  const scheme = secure ? 'https' : 'http';
  const proxied = config.allowedOrigins.map((origin) => origin.replace(/^https?:\/\//, ''));
  return new Gate({
    keys,
    nowMs: Date.now,
    cookie,
    origins: new Set([...own.map((host) => `${scheme}://${host}`), ...config.allowedOrigins]),
    hosts: LOOPBACK.test(config.host) ? new Set([...own, ...proxied]) : undefined,
  });
}

/** An IPv6 address in brackets. */
export const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/**
 * The certificate and its key, when both are given.
 * @throws ApiStartError `NOT_LOOPBACK` when others can reach an address that speaks plain HTTP;
 *   the error of `readFileSync`.
 */
export function readTls(config: ApiConfig): Tls | undefined {
  const { tlsCertFile, tlsKeyFile, host, allowRemote } = config;
  if (tlsCertFile !== undefined && tlsKeyFile !== undefined) {
    return { cert: readFileSync(tlsCertFile), key: readFileSync(tlsKeyFile) };
  }
  if (LOOPBACK.test(host) || allowRemote) return undefined;
  throw new ApiStartError('NOT_LOOPBACK', `${host} can be reached from other hosts`, {
    hint:
      'give TICKWIRE_TLS_CERT_FILE and TICKWIRE_TLS_KEY_FILE, or TICKWIRE_ALLOW_REMOTE=1 behind ' +
      'a proxy that ends TLS',
  });
}
