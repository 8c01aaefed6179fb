/**
 * What the venue answers when it refuses. Texts and codes are its own: the tables of its error
 * page (WebSocket: 400, 401, 403, 404, 406, 415, 509; gateway: 4xxxxx, 5xxxxx), and for 404 and 415
 * the texts seen on the wire, which differ from the table's.
 */

/** A refusal on a WebSocket: `{"id","type":"error","code","data"}`. */
export interface WsRefusal {
  readonly code: number;
  readonly data: string;
}

export const WS_TOPIC_INVALID: WsRefusal = { code: 400, data: 'topic is invalid' };
export const WS_PING_TIMEOUT: WsRefusal = { code: 400, data: 'ping timeout' };
export const WS_TOKEN_INVALID: WsRefusal = { code: 401, data: 'token is invalid' };
export const WS_TOKEN_EXPIRED: WsRefusal = { code: 401, data: 'token is expired' };
export const WS_LOGIN_REQUIRED: WsRefusal = { code: 403, data: 'login is required' };
export const WS_TOPIC_REQUIRED: WsRefusal = { code: 406, data: 'topic is required' };
export const WS_TYPE_UNSUPPORTED: WsRefusal = { code: 415, data: 'type is not supported' };
/** The venue documents no answer to a text that is not JSON; this one is the simulator's choice. */
export const WS_BAD_JSON: WsRefusal = { code: 400, data: 'message is not valid JSON' };
export const WS_TOO_FAST: WsRefusal = { code: 509, data: 'exceed max permits per second' };
export const WS_BUSY: WsRefusal = { code: 509, data: 'service busy, please retry later' };

export function wsTopicUnknown(topic: string): WsRefusal {
  return { code: 404, data: `topic ${topic} is not found` };
}

export function wsTooManyTopics(limit: number, scope: 'time' | 'session'): WsRefusal {
  return { code: 509, data: `exceed max subscription count limitation of ${limit} per ${scope}` };
}

export function wsTooManySessions(limit: number): WsRefusal {
  return { code: 509, data: `exceed max session count limitation of ${limit}` };
}

/** A refusal over HTTP: the status and the body's `code` and `msg`. */
export interface RestRefusal {
  readonly status: number;
  readonly code: string;
  readonly msg: string;
}

export const REST_KEY_MISSING: RestRefusal = {
  status: 401,
  code: '400001',
  msg:
    'Please check the header of your request for KC-API-KEY, KC-API-SIGN, ' +
    'KC-API-TIMESTAMP, KC-API-PASSPHRASE',
};
export const REST_KEY_UNKNOWN: RestRefusal = {
  status: 401,
  code: '400003',
  msg: 'KC-API-KEY not exists',
};
export const REST_BAD_PARAMETER: RestRefusal = {
  status: 400,
  code: '400100',
  msg: 'Parameter Error',
};
export const REST_NO_SYMBOL: RestRefusal = {
  status: 200,
  code: '900001',
  msg: 'symbol not exists',
};
/** The venue documents no code for it; this one is the simulator's choice. */
export const REST_NO_CURRENCY: RestRefusal = {
  status: 200,
  code: '900002',
  msg: 'currency not exists',
};
export const REST_NOT_FOUND: RestRefusal = { status: 404, code: '404000', msg: 'Url Not Found' };
export const REST_METHOD: RestRefusal = { status: 405, code: '405000', msg: 'Method Not Allowed' };
export const REST_TOO_MANY: RestRefusal = {
  status: 429,
  code: '429000',
  msg: 'Too many requests in a short period. Please retry later.',
};
export const REST_BROKEN: RestRefusal = {
  status: 500,
  code: '500000',
  msg: 'Internal Server Error',
};
