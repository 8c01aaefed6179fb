/**
 * What several clients want alike: one filter, one buffer in the making, one batch for all. So a
 * tick is looked at once per distinct wish, whatever the number of clients.
 */
import type { UpstreamLoss } from './client-queue.ts';
import type { SubscribeMessage } from './protocol.ts';
import { DEFAULT_KINDS, kindMask } from './protocol.ts';
import { SharedBatch } from './shared-batch.ts';
import type { Channel, StreamItem } from './shared-batch.ts';

/** Bytes of text after which a batch is closed, although more is to come. */
const BATCH_CHARS_MAX = 48 * 1024;
/** A paced topic that gathers more sends before its time. */
const PACED_CHARS_MAX = 1_048_576;

/** Who gets the batches of a topic. */
export interface Subscriber {
  receive(batch: SharedBatch): void;
  receiveLoss(loss: UpstreamLoss): void;
}

/** What a topic looks at in something on its way to clients. */
export interface Subject {
  readonly vendor: string;
  /** Empty for what is about a whole ring or channel. */
  readonly symbol: string;
}

export class Topic {
  readonly key: string;
  readonly channel: Channel;
  /** Of kinds of ticks. */
  readonly kinds: number;
  readonly symbols: ReadonlySet<string> | undefined;
  readonly vendor: string | undefined;
  /** Ticks: shortest time between two batches, 0 = at once. Bars: their length. */
  readonly intervalMs: number | undefined;
  readonly subscribers = new Set<Subscriber>();
  #pending: StreamItem[] = [];
  #pendingChars = 0;
  /** Of a paced topic, in the order of time. */
  readonly #latest = new Map<string, StreamItem>();
  #latestChars = 0;
  #unique = 0;
  #flushedAtMs = -Infinity;

  constructor(key: string, wish: SubscribeMessage) {
    this.key = key;
    this.channel = wish.channel;
    this.kinds = kindsOf(wish);
    this.symbols = wish.symbols === undefined ? undefined : new Set(wish.symbols);
    this.vendor = wish.vendor;
    this.intervalMs = wish.intervalMs;
  }

  /** Whether its messages wait for an interval, the latest of each kind only. */
  get isPaced(): boolean {
    return this.channel === 'ticks' && this.intervalMs !== undefined;
  }

  wants({ vendor, symbol }: Subject): boolean {
    if (this.vendor !== undefined && this.vendor !== vendor) return false;
    return this.symbols === undefined || symbol === '' || this.symbols.has(symbol);
  }

  /**
   * @param latestKey - In a paced topic a newer item replaces the one of the same key.
   * @returns false when it replaced one.
   */
  add(item: StreamItem, latestKey?: string): boolean {
    if (!this.isPaced) {
      this.#append(item);
      return true;
    }
    // Deleted and set again, so that the map keeps the order of time.
    const key = latestKey ?? `#${this.#unique++}`;
    const replaced = this.#latest.get(key);
    this.#latest.delete(key);
    this.#latest.set(key, item);
    this.#latestChars += item.text.length - (replaced?.text.length ?? 0);
    if (this.#latestChars > PACED_CHARS_MAX) this.#sendLatest();
    return replaced === undefined;
  }

  /** Hands over what is there, if it is time. */
  flush(nowMs: number): void {
    if (this.isPaced) {
      if (this.#latest.size === 0 || nowMs - this.#flushedAtMs < (this.intervalMs ?? 0)) return;
      this.#flushedAtMs = nowMs;
      this.#sendLatest();
    }
    if (this.#pending.length > 0) this.#send();
  }

  #sendLatest(): void {
    for (const item of this.#latest.values()) this.#append(item);
    this.#latest.clear();
    this.#latestChars = 0;
    this.#send();
  }

  #append(item: StreamItem): void {
    if (this.#pendingChars > BATCH_CHARS_MAX) this.#send();
    this.#pending.push(item);
    this.#pendingChars += item.text.length;
  }

  #send(): void {
    const batch = new SharedBatch(this.channel, this.#pending);
    this.#pending = [];
    this.#pendingChars = 0;
    for (const subscriber of this.subscribers) subscriber.receive(batch);
  }
}

/** The same for wishes that are the same. */
export function topicKey(wish: SubscribeMessage): string {
  const symbols = wish.symbols === undefined ? null : [...new Set(wish.symbols)].sort();
  const { channel, vendor = null, intervalMs = null } = wish;
  return JSON.stringify([channel, symbols, kindsOf(wish), vendor, intervalMs]);
}

function kindsOf(wish: SubscribeMessage): number {
  if (wish.channel !== 'ticks') return 0;
  return wish.kinds === undefined ? DEFAULT_KINDS : kindMask(wish.kinds);
}
