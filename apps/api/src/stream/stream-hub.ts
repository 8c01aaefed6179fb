/**
 * Topics and who has subscribed to them. Everything that goes to clients comes through here once:
 * ticks from the rings, bars, changes of state, the status of the services.
 */
import type { DirectoryEntry } from '@tickwire/core';
import { TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import type { UpstreamLoss } from './client-queue.ts';
import type { SubscribeMessage } from './protocol.ts';
import type { Channel } from './shared-batch.ts';
import { Topic, topicKey } from './topic.ts';
import type { Subject, Subscriber } from './topic.ts';

/** A tick on its way, encoded when the first topic wants it. */
export interface TickOnItsWay extends Subject {
  readonly kind: number;
  readonly latestKey: string | undefined;
  readonly stateKey: string | undefined;
  /** JSON. */
  text(): string;
}

const STREAM_BIT = 1 << TickKind.Stream;

export class StreamHub {
  readonly #topics = new Map<string, Topic>();
  readonly #nowMs: () => number;
  /** Kinds that any topic wants, as bits. */
  #kinds = 0;
  #counts: Record<Channel, number> = { ticks: 0, bars: 0, streams: 0, services: 0 };
  #shortestMs: number | undefined;
  #onChange: () => void = () => undefined;
  #replaced = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Called when somebody subscribes or leaves. */
  set onChange(run: () => void) {
    this.#onChange = run;
  }

  /** Topics of a channel. */
  count(channel: Channel): number {
    return this.#counts[channel];
  }

  get topicCount(): number {
    return this.#topics.size;
  }

  /** Kinds of ticks wanted now, as bits; 0: nobody listens. */
  get wantedKinds(): number {
    return this.#kinds;
  }

  /** Shortest interval of any topic of ticks, 0 when one wants them at once. */
  get shortestIntervalMs(): number | undefined {
    return this.#shortestMs;
  }

  /** Items that a newer one replaced before their interval was over; never a delivery. */
  get replacedCount(): number {
    return this.#replaced;
  }

  subscribe(wish: SubscribeMessage, subscriber: Subscriber): Topic {
    const key = topicKey(wish);
    const topic = this.#topics.get(key) ?? new Topic(key, wish);
    // What waits was not meant for the one who comes now.
    topic.flush(this.#nowMs());
    topic.subscribers.add(subscriber);
    this.#topics.set(key, topic);
    this.#review();
    return topic;
  }

  unsubscribe(topic: Topic, subscriber: Subscriber): void {
    topic.subscribers.delete(subscriber);
    if (topic.subscribers.size > 0) return;
    this.#topics.delete(topic.key);
    this.#review();
  }

  /** Topics of ticks that may want those of an instrument: asked once per instrument. */
  topicsFor(subject: Subject): readonly Topic[] {
    return [...this.#topics.values()].filter(
      (topic) => (topic.channel === 'ticks' || topic.channel === 'streams') && topic.wants(subject),
    );
  }

  /** @returns true when any topic took it. */
  giveTick(tick: TickOnItsWay, topics: readonly Topic[]): boolean {
    const bit = 1 << tick.kind;
    let item: { text: string; stateKey: string | undefined } | undefined;
    for (const topic of topics) {
      const isWanted = topic.channel === 'ticks' ? topic.kinds & bit : bit === STREAM_BIT;
      if (isWanted === 0 || isWanted === false) continue;
      item ??= { text: tick.text(), stateKey: tick.stateKey };
      if (!topic.add(item, tick.latestKey)) this.#replaced++;
    }
    return item !== undefined;
  }

  giveBar(bar: Subject & { readonly intervalMs: number; readonly text: string }): void {
    for (const topic of this.#topics.values()) {
      if (topic.channel !== 'bars' || !topic.wants(bar)) continue;
      if (topic.intervalMs !== undefined && topic.intervalMs !== bar.intervalMs) continue;
      topic.add({ text: bar.text, stateKey: undefined });
      topic.flush(this.#nowMs());
    }
  }

  giveStatus(text: string): void {
    for (const topic of this.#topics.values()) {
      if (topic.channel !== 'services') continue;
      topic.add({ text, stateKey: 'status' });
      topic.flush(this.#nowMs());
    }
  }

  /** Ticks of a ring were overwritten before we read them: told to all who may have wanted some. */
  giveLoss(loss: UpstreamLoss, vendor: string): void {
    for (const topic of this.#topics.values()) {
      if (topic.channel !== 'ticks' && topic.channel !== 'streams') continue;
      if (topic.vendor !== undefined && topic.vendor !== vendor) continue;
      for (const subscriber of topic.subscribers) subscriber.receiveLoss(loss);
    }
  }

  /** Hands on what the topics have gathered: after each turn of reading, and when time passes. */
  flush(): void {
    const nowMs = this.#nowMs();
    for (const topic of this.#topics.values()) topic.flush(nowMs);
  }

  #review(): void {
    this.#kinds = 0;
    this.#shortestMs = undefined;
    this.#counts = { ticks: 0, bars: 0, streams: 0, services: 0 };
    for (const topic of this.#topics.values()) {
      this.#counts[topic.channel]++;
      if (topic.channel === 'streams') this.#kinds |= STREAM_BIT;
      if (topic.channel !== 'ticks') continue;
      this.#kinds |= topic.kinds;
      this.#shortestMs = Math.min(this.#shortestMs ?? Infinity, topic.intervalMs ?? 0);
    }
    this.#onChange();
  }
}

/** Keys under which a newer tick stands for an older one; see `StreamItem` and `Topic.add`. */
export function tickKeys(
  tick: TickView,
  ring: string,
): { stateKey: string | undefined; latestKey: string | undefined } {
  const { kind, instrument } = tick;
  const base = `${ring} ${instrument} ${kind}`;
  switch (kind) {
    case TickKind.Quote:
    case TickKind.QuoteExt:
    case TickKind.Mark:
    case TickKind.Status:
    case TickKind.Imbalance:
      return { stateKey: base, latestKey: base };
    case TickKind.Stat:
      return sameKeys(`${base} ${tick.statistic}`);
    case TickKind.Level:
      return sameKeys(`${base} ${tick.side} ${tick.price}`);
    case TickKind.Trade:
    case TickKind.Clear:
    case TickKind.Clock:
      return { stateKey: undefined, latestKey: base };
    default:
      return { stateKey: undefined, latestKey: undefined };
  }
}

const sameKeys = (key: string): { stateKey: string; latestKey: string } => ({
  stateKey: key,
  latestKey: key,
});

/** What topics look at in a tick of this entry. */
export const subjectOf = (vendor: string, entry: DirectoryEntry | undefined): Subject => ({
  vendor,
  symbol: entry?.index === 0 ? '' : (entry?.symbol ?? ''),
});
