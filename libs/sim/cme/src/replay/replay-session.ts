/**
 * One session of the replay service: a logon, one request, its packets, a logout. Pure: messages
 * come in, and what has to be sent and done comes out.
 *
 * | client                                   | service                                    |
 * |------------------------------------------|--------------------------------------------|
 * | 35=A, 553 user, 554 password             | login (template 15), in packet 1           |
 * | 35=V, 1180 channel, 262, 1182 to 1183    | the packets as they were, then a logout    |
 * | 35=5                                     | a logout (template 16)                     |
 *
 * What cannot be done is a logout that says why.
 */
import type { FixFields } from './fix-message.ts';
import { readFix } from './fix-message.ts';
import type { ReplayStore } from './replay-store.ts';
import { SessionPackets } from './session-packets.ts';

/** Packets in one request, as at the exchange. */
export const REQUEST_PACKETS_MAX = 2_000;

export interface ReplayAnswer {
  readonly packets: readonly Uint8Array[];
  /** Whether the session is over when they are sent. */
  readonly ends: boolean;
  /** How a request ended; absent when there was none. */
  readonly request?: 'served' | 'refused';
}

export interface ReplaySessionOptions {
  /** By channel. */
  readonly stores: ReadonlyMap<number, ReplayStore>;
  /** What a client has to log on with; absent = anything. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** ns since the exchange began. */
  readonly nowNs: () => number;
  /** ms since the Unix epoch. */
  readonly epochMs: () => number;
  /** Whether this request is refused on purpose. */
  readonly refuses: () => boolean;
}

export class ReplaySession {
  readonly #options: ReplaySessionOptions;
  readonly #packets: SessionPackets;
  #isLoggedOn = false;

  constructor(options: ReplaySessionOptions) {
    this.#options = options;
    this.#packets = new SessionPackets(options.epochMs);
  }

  /** Takes one message of the client. */
  take(message: Uint8Array): ReplayAnswer {
    const reading = readFix(message);
    if ('mistake' in reading) return this.#end(reading.mistake);
    const { fields } = reading;
    const type = fields.get(35);
    if (type === 'A') return this.#logon(fields);
    if (type === '5') return this.#end('');
    if (type !== 'V') return this.#end(`MsgType (35) ${type ?? 'is missing'} is not supported`);
    if (!this.#isLoggedOn) return this.#end('a logon comes first');
    const packets = this.#requested(fields);
    if (typeof packets === 'string') return { ...this.#end(packets), request: 'refused' };
    return {
      packets: [...packets, this.#packets.logout('')],
      ends: true,
      request: 'served',
    };
  }

  /** The client has said nothing for too long. */
  timeOut(): ReplayAnswer {
    return this.#end(this.#isLoggedOn ? 'no request came in time' : 'no logon came in time');
  }

  #logon(fields: FixFields): ReplayAnswer {
    const { credentials } = this.#options;
    const [user, password] = [fields.get(553), fields.get(554)];
    if (user === undefined || password === undefined) {
      return this.#end('Username (553) and Password (554) are needed');
    }
    const isRight = user === credentials?.user && password === credentials.password;
    if (credentials !== undefined && !isRight) return this.#end('unknown user or password');
    if (this.#isLoggedOn) return this.#end('logged on already');
    this.#isLoggedOn = true;
    return { packets: [this.#packets.login()], ends: false };
  }

  /** Its packets, or why it is refused. */
  #requested(fields: FixFields): readonly Uint8Array[] | string {
    const [channel, begin, end] = [
      integer(fields, 1180),
      integer(fields, 1182),
      integer(fields, 1183),
    ];
    if (!fields.has(262)) return 'MDReqID (262) is missing';
    if (channel === undefined) return 'ApplID (1180) is not a channel';
    const store = this.#options.stores.get(channel);
    if (store === undefined) return `ApplID (1180) ${channel} is not a channel of this service`;
    if (begin === undefined || end === undefined || begin < 1 || end < begin) {
      return 'ApplBegSeqNum (1182) and ApplEndSeqNum (1183) are not a range';
    }
    if (end - begin + 1 > REQUEST_PACKETS_MAX) {
      return `${end - begin + 1} packets are too many: at most ${REQUEST_PACKETS_MAX} a request`;
    }
    if (this.#options.refuses()) return 'the service is busy';
    const found = store.lookup({ begin, end, nowNs: this.#options.nowNs() });
    if ('packets' in found) return found.packets;
    const why = found.missing === 'gone' ? 'is no longer kept' : 'has not been sent';
    return `packet ${found.sequence} ${why}`;
  }

  #end(text: string): ReplayAnswer {
    return { packets: [this.#packets.logout(text)], ends: true };
  }
}

/** A u32 in digits; undefined when it is none. */
function integer(fields: FixFields, tag: number): number | undefined {
  const text = fields.get(tag) ?? '';
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  return value <= 0xffff_ffff ? value : undefined;
}
