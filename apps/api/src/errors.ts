import { TickwireError } from '@tickwire/core';

/**
 * What the api answers when it does not do what was asked, over HTTP as
 * `{error: {code, message, field?}}` with the status beside it, over the stream as an `error`.
 *
 * | code | status | meaning |
 * |---|---|---|
 * | BAD_REQUEST | 400 | a field is missing, unknown or outside its domain: see `field` |
 * | KEY_IN_URL | 400 | a key in a query string: it would end in logs and histories |
 * | NO_KEY | 401 | neither a key nor a session |
 * | BAD_KEY | 401 | not one of the keys, or not valid now |
 * | BAD_ORIGIN | 403 | from a page that is not ours |
 * | NOT_FOUND | 404 | |
 * | BAD_METHOD | 405 | see `Allow` |
 * | TOO_LARGE | 413 | |
 * | BAD_MEDIA_TYPE | 415 | |
 * | TOO_MANY | 429 | over a limit of requests, clients, subscriptions or waiting questions |
 * | INTERNAL | 500 | a fault of ours, logged |
 * | TIMEOUT | 503 | the question took too long: ask for less |
 * | STORE_UNREADABLE | 503 | the history cannot be read now |
 */
export type ApiErrorCode = keyof typeof STATUS;

const STATUS = {
  BAD_REQUEST: 400,
  KEY_IN_URL: 400,
  NO_KEY: 401,
  BAD_KEY: 401,
  BAD_ORIGIN: 403,
  NOT_FOUND: 404,
  BAD_METHOD: 405,
  TOO_LARGE: 413,
  BAD_MEDIA_TYPE: 415,
  TOO_MANY: 429,
  INTERNAL: 500,
  TIMEOUT: 503,
  STORE_UNREADABLE: 503,
} as const;

export class ApiError extends TickwireError {
  declare readonly code: ApiErrorCode;
  readonly status: number;
  /** The field at fault: `limit`, `symbols[3]`. */
  readonly field: string | undefined;

  constructor(code: ApiErrorCode, message: string, options: { field?: string | undefined } = {}) {
    super(code, message);
    this.status = STATUS[code];
    this.field = options.field;
  }

  /** As clients get it. */
  toJSON(): { error: { code: ApiErrorCode; message: string; field?: string } } {
    const { code, message, field } = this;
    return { error: { code, message, ...(field === undefined ? {} : { field }) } };
  }
}

/**
 * Why the api does not start. Codes: `BAD_KEY_FILE` (unreadable, open to others, or not of its
 * form), `NOT_LOOPBACK` (an address others can reach, without TLS and without being told so).
 */
export class ApiStartError extends TickwireError {}
