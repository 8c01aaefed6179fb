/** What is to be subscribed on one connection, what was asked, and what was answered. */
import { TOPIC_PREFIX } from './topic.ts';
import type { TopicName } from './topic.ts';

export interface SubscriptionMessage {
  readonly type: 'subscribe' | 'unsubscribe';
  readonly topic: TopicName;
  readonly symbols: readonly string[];
  readonly request: { type: string; topic: string };
}

export class SubscriptionList {
  readonly #symbols: readonly string[];
  readonly #topics: readonly TopicName[];
  readonly #symbolsPerMessage: number;
  #toSend: SubscriptionMessage[] = [];
  readonly #asked = new Map<string, SubscriptionMessage>();
  readonly #held: SubscriptionMessage[] = [];

  constructor(options: {
    symbols: readonly string[];
    topics: readonly TopicName[];
    symbolsPerMessage: number;
  }) {
    this.#symbols = options.symbols;
    this.#topics = options.topics;
    this.#symbolsPerMessage = options.symbolsPerMessage;
  }

  /** Nothing left to send, nothing unanswered. */
  get isDone(): boolean {
    return this.#toSend.length === 0 && this.#asked.size === 0;
  }

  get hasUnanswered(): boolean {
    return this.#asked.size > 0;
  }

  reset(): void {
    this.#toSend = [];
    this.#asked.clear();
    this.#held.length = 0;
  }

  startSubscribing(): void {
    this.reset();
    for (const topic of this.#topics) {
      for (let at = 0; at < this.#symbols.length; at += this.#symbolsPerMessage) {
        const symbols = this.#symbols.slice(at, at + this.#symbolsPerMessage);
        this.#toSend.push(message('subscribe', topic, symbols));
      }
    }
  }

  /** Everything held, and what is asked and may still be granted. */
  startUnsubscribing(): void {
    const all = [...this.#held, ...this.#asked.values()];
    this.#asked.clear();
    this.#toSend = all.map(({ topic, symbols }) => message('unsubscribe', topic, symbols));
  }

  /** Takes the next message off the list of those to send. */
  nextMessage(): SubscriptionMessage | undefined {
    return this.#toSend[0];
  }

  sent(sent: SubscriptionMessage, id: string): void {
    this.#toSend.shift();
    this.#asked.set(id, sent);
  }

  acked(id: string): SubscriptionMessage | undefined {
    const done = this.#asked.get(id);
    if (done === undefined) return undefined;
    this.#asked.delete(id);
    if (done.type === 'subscribe') this.#held.push(done);
    return done;
  }

  /** An error for `id`. One bad symbol refuses a whole message: each is then asked for alone. */
  refused(id: string): SubscriptionMessage | undefined {
    const refused = this.#asked.get(id);
    if (refused === undefined) return undefined;
    this.#asked.delete(id);
    if (refused.type === 'subscribe' && refused.symbols.length > 1) {
      for (const symbol of refused.symbols) {
        this.#toSend.push(message('subscribe', refused.topic, [symbol]));
      }
    }
    return refused;
  }
}

function message(
  type: SubscriptionMessage['type'],
  topic: TopicName,
  symbols: readonly string[],
): SubscriptionMessage {
  const request = { type, topic: `${TOPIC_PREFIX[topic]}:${symbols.join(',')}` };
  return { type, topic, symbols, request };
}
