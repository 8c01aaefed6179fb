/** The answer of POST /api/v1/bullet-public: where to connect, with what, and how often to ping. */
import { KucoinSessionError } from './errors.ts';

export interface BulletToken {
  token: string;
  endpoint: string;
  pingIntervalMs: number;
  pingTimeoutMs: number;
}

const PING_MS_MAX = 600_000;

/** @throws KucoinSessionError `BAD_ANSWER`. */
export function readBulletToken(body: Uint8Array): BulletToken {
  const answer = record(parse(body));
  const data = record(answer.data);
  const servers = Array.isArray(data.instanceServers) ? data.instanceServers : [];
  const server = record(servers[0]);
  const { token } = data;
  const { endpoint, pingInterval, pingTimeout } = server;
  if (
    answer.code !== '200000' ||
    typeof token !== 'string' ||
    typeof endpoint !== 'string' ||
    !/^wss?:\/\//.test(endpoint) ||
    !isPingMs(pingInterval) ||
    !isPingMs(pingTimeout)
  ) {
    const code = typeof answer.code === 'string' ? ` (code ${answer.code.slice(0, 20)})` : '';
    throw new KucoinSessionError('BAD_ANSWER', `the vendor gave no connection token${code}`);
  }
  return { token, endpoint, pingIntervalMs: pingInterval, pingTimeoutMs: pingTimeout };
}

/** URL to dial. */
export function connectUrl(token: BulletToken, connectId: string): string {
  const join = token.endpoint.includes('?') ? '&' : '?';
  const query = `token=${encodeURIComponent(token.token)}&connectId=${connectId}`;
  return `${token.endpoint}${join}${query}`;
}

const isPingMs = (value: unknown): value is number =>
  typeof value === 'number' && value >= 1 && value <= PING_MS_MAX;

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new KucoinSessionError('BAD_ANSWER', 'the token answer is not JSON', { cause });
  }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
