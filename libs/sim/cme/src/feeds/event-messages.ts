/**
 * How the entries of an event are cut into messages: in the order in which the exchange sends them
 * (status, trades, volume, orders, levels, statistics, implied levels), each small enough for a
 * packet, and which of them is the last of its kind and of the event.
 */
import { MESSAGE_HEADER_BYTES, UDP_HEADER_BYTES } from '@tickwire/wire-mdp3';
import { MatchEventIndicator } from '@tickwire/wire-mdp3/messages';
import type { EventDraft, LevelEntry, TradeEntry } from '../exchange/event-draft.ts';
import { PACKET_BYTES_MAX } from './packet-stream.ts';

export const MessageKind = {
  Status: 0,
  Trades: 1,
  Volumes: 2,
  Orders: 3,
  Levels: 4,
  Statistics: 5,
  Daily: 6,
  Limits: 7,
  Implied: 8,
} as const;
export type MessageKind = (typeof MessageKind)[keyof typeof MessageKind];

/** A message of entries `from` to before `to` of its kind. */
export interface MessagePlan {
  readonly kind: MessageKind;
  readonly from: number;
  readonly to: number;
  /** MsgSize: bytes of the message, its own size included. */
  readonly bytes: number;
  /** MatchEventIndicator. */
  indicator: number;
}

const LAST_BIT: Readonly<Record<MessageKind, number>> = {
  [MessageKind.Status]: 0,
  [MessageKind.Trades]: MatchEventIndicator.LastTradeMsg,
  [MessageKind.Volumes]: MatchEventIndicator.LastVolumeMsg,
  // Messages of orders and of levels both tell quotes; each has its last one marked.
  [MessageKind.Orders]: MatchEventIndicator.LastQuoteMsg,
  [MessageKind.Levels]: MatchEventIndicator.LastQuoteMsg,
  [MessageKind.Statistics]: MatchEventIndicator.LastStatsMsg,
  [MessageKind.Daily]: MatchEventIndicator.LastStatsMsg,
  [MessageKind.Limits]: MatchEventIndicator.LastStatsMsg,
  [MessageKind.Implied]: MatchEventIndicator.LastImpliedMsg,
};

const GROUP_HEADER_BYTES = 3;
const ORDER_IDS_HEADER_BYTES = 8;
const ROOT_BYTES = 11;
const STATUS_BYTES = MESSAGE_HEADER_BYTES + 30;
const FRAME_BYTES = MESSAGE_HEADER_BYTES + ROOT_BYTES + GROUP_HEADER_BYTES;
const BYTES_MAX = PACKET_BYTES_MAX - UDP_HEADER_BYTES;
/** NumInGroup is 8 bits wide, and 255 is none. */
const ENTRIES_MAX = 254;

export class EventMessages {
  readonly plans: MessagePlan[] = [];

  /** Plans the messages of an event, in the order in which they are sent. */
  plan(draft: EventDraft): void {
    this.plans.length = 0;
    for (let at = 0; at < draft.statuses.length; at += 1) {
      const kind = MessageKind.Status;
      this.plans.push({ kind, from: at, to: at + 1, bytes: STATUS_BYTES, indicator: 0 });
    }
    const withOrders = FRAME_BYTES + ORDER_IDS_HEADER_BYTES;
    this.#cut(MessageKind.Trades, draft.trades, { frame: withOrders, entry: tradeBytes });
    this.#cut(MessageKind.Volumes, draft.volumes, { frame: FRAME_BYTES, entry: () => 16 });
    this.#cut(MessageKind.Orders, draft.orders, { frame: FRAME_BYTES, entry: () => 40 });
    this.#cut(MessageKind.Levels, draft.levels, { frame: withOrders, entry: levelBytes });
    this.#cut(MessageKind.Statistics, draft.statistics, { frame: FRAME_BYTES, entry: () => 24 });
    this.#cut(MessageKind.Daily, draft.daily, { frame: FRAME_BYTES, entry: () => 32 });
    this.#cut(MessageKind.Limits, draft.limits, { frame: FRAME_BYTES, entry: () => 32 });
    this.#cut(MessageKind.Implied, draft.implied, { frame: withOrders, entry: levelBytes });
    this.#mark(draft.isRecovery);
  }

  #cut<T>(
    kind: MessageKind,
    entries: readonly T[],
    size: { readonly frame: number; readonly entry: (entry: T) => number },
  ): void {
    let from = 0;
    let bytes = size.frame;
    for (let at = 0; at < entries.length; at += 1) {
      const more = size.entry(entries[at]!);
      if (at > from && (bytes + more > BYTES_MAX || at - from === ENTRIES_MAX)) {
        this.plans.push({ kind, from, to: at, bytes, indicator: 0 });
        from = at;
        bytes = size.frame;
      }
      bytes += more;
    }
    if (from < entries.length) {
      this.plans.push({ kind, from, to: entries.length, bytes, indicator: 0 });
    }
  }

  #mark(isRecovery: boolean): void {
    const { plans } = this;
    for (let at = 0; at < plans.length; at += 1) {
      const plan = plans[at]!;
      if (plans[at + 1]?.kind !== plan.kind) plan.indicator |= LAST_BIT[plan.kind];
      if (at + 1 === plans.length) plan.indicator |= MatchEventIndicator.EndOfEvent;
      if (isRecovery) plan.indicator |= MatchEventIndicator.RecoveryMsg;
    }
  }
}

const tradeBytes = ({ fills }: TradeEntry): number => 32 + 16 * fills.length;
const levelBytes = ({ order }: LevelEntry): number => (order === undefined ? 32 : 56);
