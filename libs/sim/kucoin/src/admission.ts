/** Who may come in over WebSocket, and how the venue turns away those who may not. */
import { AddressWindows } from '@tickwire/sim-kit';
import type { Admission, SentCounts } from '@tickwire/sim-kit';
import { MESSAGE_KINDS, controlKind } from './message-kinds.ts';
import type { VenueLimits } from './options.ts';
import { refusalText } from './session.ts';
import type { Tokens } from './tokens.ts';
import {
  REST_NOT_FOUND,
  WS_BUSY,
  WS_TOKEN_EXPIRED,
  WS_TOKEN_INVALID,
  wsTooManySessions,
} from './vendor-errors.ts';
import type { WsRefusal } from './vendor-errors.ts';

/** A client that was let in. */
export interface Arrival {
  readonly connectId: string;
  readonly address: string;
}

export interface AdmissionOptions {
  readonly tokens: Tokens;
  readonly tokenRefusal: 'message' | 'http';
  readonly limits: VenueLimits;
  readonly counts: SentCounts;
  readonly monotonicMs: () => number;
  readonly venueMs: () => number;
  /** Makes an id for a client that gives none. */
  readonly newConnectId: () => string;
  /** Open connections of an address. */
  readonly openOf: (address: string) => number;
  /** Told of each attempt that is refused. */
  readonly onRefused: (reason: string) => void;
}

const PATHS = new Set(['/', '/endpoint']);
const MINUTE_MS = 60_000;
const ADDRESSES_MAX = 10_000;

export class VenueAdmission {
  readonly #options: AdmissionOptions;
  readonly #connects: AddressWindows;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#connects = new AddressWindows({
      ...{ limit: options.limits.connectsPerMinute, windowMs: MINUTE_MS },
      addressesMax: ADDRESSES_MAX,
    });
  }

  admit(url: URL, address: string): Admission<Arrival> {
    if (!PATHS.has(url.pathname)) {
      return { admitted: false, as: 'http', status: '404 Not Found', body: bodyOf(REST_NOT_FOUND) };
    }
    const connectId = url.searchParams.get('connectId') ?? this.#options.newConnectId();
    const refusal = this.#refusal(url.searchParams.get('token') ?? '', address);
    if (refusal === undefined) return { admitted: true, client: { connectId, address } };
    this.#options.onRefused(refusal.data);
    if (refusal.code === 401 && this.#options.tokenRefusal === 'http') {
      this.#options.counts.addClosed('refused');
      const body = bodyOf({ code: '401', msg: refusal.data });
      return { admitted: false, as: 'http', status: '401 Unauthorized', body };
    }
    return { admitted: false, as: 'message', text: refusalText(connectId, refusal) };
  }

  /** A refusal is sent as a message: it counts like any other. */
  turnedAway(text: string): void {
    const kinds = new Float64Array(MESSAGE_KINDS.length);
    kinds[controlKind('error')] = 1;
    this.#options.counts.addBatch(kinds, 1, Buffer.byteLength(text));
    this.#options.counts.addClosed('refused');
  }

  #refusal(token: string, address: string): WsRefusal | undefined {
    const { tokens, limits, venueMs, monotonicMs, openOf } = this.#options;
    const state = tokens.check(token, venueMs());
    if (state !== 'valid') return state === 'expired' ? WS_TOKEN_EXPIRED : WS_TOKEN_INVALID;
    if (openOf(address) >= limits.connectionsMax) return wsTooManySessions(limits.connectionsMax);
    return this.#connects.take(address, monotonicMs()) ? undefined : WS_BUSY;
  }
}

const bodyOf = ({ code, msg }: { code: string; msg: string }): string =>
  JSON.stringify({ code, msg });
