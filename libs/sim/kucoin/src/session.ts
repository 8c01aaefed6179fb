/**
 * The protocol of one WebSocket connection, without the socket: a client's text goes in, what to
 * answer and which topics to begin or end comes out. Pure; the time is a parameter.
 *
 * Order matters to the caller: topics of `ended` end first, then `reply` is sent, then nothing of
 * an ended topic may follow.
 */
import { SlidingWindow } from '@tickwire/sim-kit';
import type { TopicDirectory } from './topics.ts';
import {
  WS_BAD_JSON,
  WS_LOGIN_REQUIRED,
  WS_TOO_FAST,
  WS_TOPIC_INVALID,
  WS_TOPIC_REQUIRED,
  WS_TYPE_UNSUPPORTED,
  wsTooManyTopics,
  wsTopicUnknown,
} from './vendor-errors.ts';
import type { WsRefusal } from './vendor-errors.ts';

/** The venue's limits on a connection; all are configuration because the venue changes them. */
export interface SessionLimits {
  /** Topics in one subscribe message; 100 at the venue. */
  readonly topicsPerMessage: number;
  /** Topics of one connection; 300 at the venue. */
  readonly topicsPerSession: number;
  /** Messages a client may send in 10 s; 100 at the venue. */
  readonly messagesPer10s: number;
}

export type ReplyKind = 'ack' | 'pong' | 'error' | 'none';

export interface SessionReply {
  readonly kind: ReplyKind;
  /** The text to send; undefined when nothing is to be answered. */
  readonly text: string | undefined;
  readonly begun: readonly number[];
  readonly ended: readonly number[];
  /** The client was refused so often that the connection is to be closed. */
  readonly hangUp: boolean;
}

const WINDOW_MS = 10_000;
/** Refusals for sending too fast, in a row, after which the venue hangs up. */
const REFUSALS_MAX = 100;

export class Session {
  readonly connectId: string;
  readonly #topics: TopicDirectory;
  readonly #limits: SessionLimits;
  readonly #subscribed = new Set<number>();
  readonly #uplink: SlidingWindow;
  #refusals = 0;

  constructor(options: { connectId: string; topics: TopicDirectory; limits: SessionLimits }) {
    this.connectId = options.connectId;
    this.#topics = options.topics;
    this.#limits = options.limits;
    this.#uplink = new SlidingWindow(options.limits.messagesPer10s, WINDOW_MS);
  }

  /** Topics this connection has now. */
  get subscribed(): ReadonlySet<number> {
    return this.#subscribed;
  }

  welcome(): string {
    return `{"id":${JSON.stringify(this.connectId)},"type":"welcome"}`;
  }

  /** Takes one text frame of the client; `nowMs` is monotonic. */
  receive(text: string, nowMs: number): SessionReply {
    const message = parseObject(text);
    const id = idOf(message?.['id']) ?? this.connectId;
    if (!this.#uplink.take(nowMs)) {
      this.#refusals += 1;
      return { ...refuse(id, WS_TOO_FAST), hangUp: this.#refusals > REFUSALS_MAX };
    }
    this.#refusals = 0;
    if (message === undefined) return refuse(id, WS_BAD_JSON);
    switch (message['type']) {
      case 'ping':
        return reply('pong', `{"id":${JSON.stringify(id)},"type":"pong"}`);
      case 'subscribe':
      case 'unsubscribe':
        return this.#change(id, message);
      default:
        return refuse(id, WS_TYPE_UNSUPPORTED);
    }
  }

  #change(id: string, message: Record<string, unknown>): SessionReply {
    const { topic } = message;
    if (isTrue(message['privateChannel'])) return refuse(id, WS_LOGIN_REQUIRED);
    if (topic === undefined || topic === null || topic === '') return refuse(id, WS_TOPIC_REQUIRED);
    if (typeof topic !== 'string') return refuse(id, WS_TOPIC_INVALID);
    const parsed = this.#topics.parse(topic);
    if (!parsed.ok) {
      const unknown = parsed.reason === 'unknown';
      return refuse(id, unknown ? wsTopicUnknown(parsed.topic) : WS_TOPIC_INVALID);
    }
    const begins = message['type'] === 'subscribe';
    const changed = new Set<number>();
    for (const topicId of parsed.ids) {
      if (this.#subscribed.has(topicId) !== begins) changed.add(topicId);
    }
    if (begins) {
      const { topicsPerMessage, topicsPerSession } = this.#limits;
      if (parsed.ids.length > topicsPerMessage) {
        return refuse(id, wsTooManyTopics(topicsPerMessage, 'time'));
      }
      if (this.#subscribed.size + changed.size > topicsPerSession) {
        return refuse(id, wsTooManyTopics(topicsPerSession, 'session'));
      }
    }
    for (const topicId of changed) {
      if (begins) this.#subscribed.add(topicId);
      else this.#subscribed.delete(topicId);
    }
    const acks = isTrue(message['response']);
    return {
      kind: acks ? 'ack' : 'none',
      text: acks ? `{"id":${JSON.stringify(id)},"type":"ack"}` : undefined,
      begun: begins ? [...changed] : [],
      ended: begins ? [] : [...changed],
      hangUp: false,
    };
  }
}

/** The text of a refusal. */
export function refusalText(id: string, { code, data }: WsRefusal): string {
  const text = JSON.stringify(data);
  return `{"id":${JSON.stringify(id)},"type":"error","code":${code},"data":${text}}`;
}

function refuse(id: string, refusal: WsRefusal): SessionReply {
  return reply('error', refusalText(id, refusal));
}

function reply(kind: ReplyKind, text: string): SessionReply {
  return { kind, text, begun: [], ended: [], hangUp: false };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** Clients send ids as strings or numbers; the venue answers with a string either way. */
function idOf(id: unknown): string | undefined {
  if (typeof id === 'string') return id;
  return typeof id === 'number' ? String(id) : undefined;
}

function isTrue(flag: unknown): boolean {
  return flag === true || flag === 'true';
}
