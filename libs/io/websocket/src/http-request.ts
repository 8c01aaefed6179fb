/** One HTTP request with bounds: time, and bytes of the answer. */
import { RequestError } from './errors.ts';

export interface HttpRequestOptions {
  method: 'GET' | 'POST';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** From the start of the request to the last byte of the answer. */
  timeoutMs: number;
  bytesMax: number;
}

export interface HttpAnswer {
  status: number;
  body: Uint8Array;
}

/** @throws RequestError `TIMEOUT`, `UNREACHABLE`, `TOO_LONG`. */
export async function httpRequest(options: HttpRequestOptions): Promise<HttpAnswer> {
  const { method, url, headers, body, timeoutMs, bytesMax } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      signal,
      redirect: 'error',
      headers: { accept: 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, body: await readBody(response, bytesMax) };
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    const where = `${method} ${withoutQuery(url)}`;
    if (signal.aborted) {
      throw new RequestError('TIMEOUT', `${where}: no answer in ${timeoutMs} ms`, { cause });
    }
    throw new RequestError('UNREACHABLE', `${where}: ${reasonOf(cause)}`, { cause });
  }
}

async function readBody(response: Response, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (response.body === null) return new Uint8Array(0);
  // Leaving the loop early cancels the stream, and with it the connection.
  for await (const chunk of response.body) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > bytesMax) {
      throw new RequestError('TOO_LONG', `the answer is longer than ${bytesMax} bytes`);
    }
    chunks.push(bytes);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}

/** A query may hold a token: it stays out of messages. */
const withoutQuery = (url: string): string => url.split('?', 1)[0] ?? '';

/** fetch hides the system's reason in `cause`. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return String(inner);
  const code = 'code' in inner ? String(inner.code) : '';
  return REASONS[code] ?? (code === '' ? inner.message : `${code} ${inner.message}`);
}

/** The system's codes in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS does not answer',
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
};
