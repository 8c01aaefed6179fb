/** A small exchange of one channel: packets of random events, loops, and what every book was. */
import type { Random } from '@tickwire/core';
import { PacketEncoder } from './packet-encoder.ts';
import type { PlainMessage } from './packet-encoder.ts';
import { PlainMarket } from './plain-market.ts';
import type { PlainChange, PlainOrder } from './plain-market.ts';

export interface SentPacket {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

interface PastBook {
  readonly sequence: number;
  readonly levels: string;
  readonly orders: string;
}

/** Orders of one chunk of a snapshot. */
const CHUNK_ORDERS = 8;
const FIRST_ID = 100;

export class PlainExchange {
  readonly markets: readonly PlainMarket[];
  /** Every incremental packet of the current numbering, by sequence. */
  readonly log = new Map<number, Uint8Array>();
  sequence = 0;
  readonly #encoder = new PacketEncoder();
  readonly #random: Random;
  readonly #past = new Map<number, PastBook[]>();
  /** By the event that is open. */
  readonly #touched = new Set<PlainMarket>();
  #lastOrderId = 0;

  readonly #keepsPast: boolean;

  /** @param options.keepsPast - Whether `log` and `bookAt` are needed. Default true. */
  constructor(options: {
    markets: number;
    random: Random;
    depth?: number;
    impliedDepth?: number;
    keepsPast?: boolean;
  }) {
    const { random, depth = 5, impliedDepth = 2, keepsPast = true } = options;
    this.#keepsPast = keepsPast;
    this.#random = random;
    this.markets = Array.from({ length: options.markets }, (_, at) => {
      return new PlainMarket({ securityId: FIRST_ID + at, depth, impliedDepth, random });
    });
  }

  /** One event, in one packet or two. */
  event(nowNs: number): SentPacket[] {
    const messages: PlainMessage[] = [];
    const changes = 1 + this.#below(3);
    for (let count = 0; count < changes; count++) {
      messages.push(...this.#change(this.markets[this.#below(this.markets.length)]!));
    }
    if (messages.length === 0) return [];
    const cut = this.#below(3) === 0 ? this.#below(messages.length) : messages.length;
    const parts = [messages.slice(0, cut), messages.slice(cut)].filter((part) => part.length > 0);
    return parts.map((part, at) => this.#send(part, nowNs, at === parts.length - 1));
  }

  /** A packet without messages, numbered like others. */
  idle(nowNs: number): SentPacket {
    return this.#send([], nowNs, false);
  }

  /** Template 4: books are empty, RptSeq begins at 1. */
  reset(nowNs: number): SentPacket {
    for (const market of this.markets) market.reset();
    return this.#send([{ kind: 'reset' }], nowNs, true);
  }

  /** A new week: packets are numbered from 1, books are empty. */
  renumber(): void {
    for (const market of this.markets) market.reset();
    this.sequence = 0;
    this.log.clear();
    this.#past.clear();
  }

  /** The book of an instrument as it was behind a packet; `undefined` of one before the first. */
  bookAt(securityId: number, sequence: number): PastBook | undefined {
    return this.#past.get(securityId)?.findLast((book) => book.sequence <= sequence);
  }

  /** Packets of one loop; of snapshots as things are when each is made. */
  *definitions(nowNs: () => number): Generator<Uint8Array> {
    let sequence = 0;
    for (const market of this.markets) {
      sequence += 1;
      yield this.#encoder.definition({ sequence, nowNs: nowNs() }, market, this.markets.length);
    }
  }

  *snapshots(nowNs: () => number): Generator<Uint8Array> {
    let sequence = 0;
    const active = this.markets.filter(({ rptSeq }) => rptSeq > 0);
    for (const market of active) {
      sequence += 1;
      const loop = { processed: this.sequence, total: active.length };
      yield this.#encoder.snapshot({ sequence, nowNs: nowNs() }, market, loop);
    }
  }

  *orderSnapshots(nowNs: () => number): Generator<Uint8Array> {
    let sequence = 0;
    const active = this.markets.filter(({ orders }) => orders.size > 0);
    for (const market of active) {
      const orders = [...market.orders.values()].map((order) => ({ ...order }));
      const of = Math.max(1, Math.ceil(orders.length / CHUNK_ORDERS));
      const loop = { processed: this.sequence, total: active.length, of };
      for (let at = 1; at <= of; at++) {
        sequence += 1;
        const chunk: PlainOrder[] = orders.slice((at - 1) * CHUNK_ORDERS, at * CHUNK_ORDERS);
        const stamp = { sequence, nowNs: nowNs() };
        yield this.#encoder.orderSnapshot(stamp, market, { ...loop, at, orders: chunk });
      }
    }
  }

  #change(market: PlainMarket): PlainMessage[] {
    const dice = this.#below(10);
    if (dice < 2 && market.impliedDepth > 0) return this.#book(market, market.changeImplied());
    const nextId = (): number => ++this.#lastOrderId;
    if (dice > 3) return this.#book(market, market.change(nextId));
    const trade = market.trade();
    if (trade === undefined) return [];
    const { price, size, isBid, change } = trade;
    const { securityId } = market;
    const rptSeq = ++market.rptSeq;
    const volume = { kind: 'volume', market: securityId, rptSeq: ++market.rptSeq, size } as const;
    return [
      { kind: 'trade', market: securityId, rptSeq, price, size, isBid },
      volume,
      ...this.#book(market, change),
    ];
  }

  #book(market: PlainMarket, { levels, order }: PlainChange): PlainMessage[] {
    const { securityId } = market;
    const numbered = levels.map((level) => ({ ...level, rptSeq: ++market.rptSeq }));
    const isBehind = order !== undefined && order.behind >= 0;
    const messages: PlainMessage[] = [];
    if (numbered.length > 0) {
      const orders = isBehind ? [order] : [];
      messages.push({ kind: 'book', market: securityId, levels: numbered, orders });
    }
    if (order !== undefined && !isBehind) {
      messages.push({ kind: 'orders', market: securityId, orders: [order] });
    }
    return messages;
  }

  #send(messages: readonly PlainMessage[], nowNs: number, endsEvent: boolean): SentPacket {
    this.sequence += 1;
    const { sequence } = this;
    const bytes = this.#encoder.incremental({ sequence, nowNs }, messages, endsEvent);
    if (!this.#keepsPast) return { sequence, bytes };
    this.log.set(sequence, bytes);
    // An event's books are those of its end; nobody may show what is in between.
    for (const message of messages) {
      const touched =
        message.kind === 'reset' ? this.markets : [this.markets[message.market - FIRST_ID]!];
      for (const market of touched) this.#touched.add(market);
    }
    if (!endsEvent) return { sequence, bytes };
    for (const market of this.#touched) this.#note(market);
    this.#touched.clear();
    return { sequence, bytes };
  }

  #note(market: PlainMarket): void {
    const { securityId, rptSeq } = market;
    const past = this.#past.get(securityId) ?? [];
    this.#past.set(securityId, past);
    const book = { sequence: this.sequence, levels: market.text(), orders: market.orderText() };
    const last = past.at(-1);
    if (last?.levels === book.levels && last.orders === book.orders) return;
    if (last === undefined && rptSeq === 0) return;
    past.push(book);
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }
}
