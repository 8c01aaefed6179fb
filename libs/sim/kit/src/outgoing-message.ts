/** A message on its way to the clients that have its topic. */
import type { FrameSlice } from './frame-writer.ts';

/** The vendor's text, or its bytes. */
export type Payload = string | Uint8Array;

/** The objects are reused: take what you keep. */
export interface OutgoingMessage {
  /** Index of the vendor's kinds of topic, as faults name them. */
  kind: number;
  topicId: number;
  /** The vendor's symbol; empty when it is of no instrument. */
  instrument: string;
  /** Venue sequences that it carries; 0 = none. */
  sequenceStart: number;
  sequenceEnd: number;
  /** Without its framing. */
  payload: Payload;
  frame: FrameSlice;
  nowMs: number;
}

/** Who receives messages: a connection, or a recording. */
export interface Listener {
  deliver(message: OutgoingMessage): void;
}

/** Who has which topic. A topic is a dense number; sending is an array index. */
export class TopicListeners {
  readonly #listeners: (Listener[] | undefined)[];

  constructor(topics: number) {
    this.#listeners = Array.from({ length: topics });
  }

  has(topicId: number): boolean {
    return this.#listeners[topicId] !== undefined;
  }

  subscribe(topicId: number, listener: Listener): void {
    (this.#listeners[topicId] ??= []).push(listener);
  }

  /** Returns whether it had the topic. */
  unsubscribe(topicId: number, listener: Listener): boolean {
    const listeners = this.#listeners[topicId];
    const index = listeners?.indexOf(listener) ?? -1;
    if (listeners === undefined || index < 0) return false;
    listeners.splice(index, 1);
    if (listeners.length === 0) this.#listeners[topicId] = undefined;
    return true;
  }

  send(message: OutgoingMessage): void {
    const listeners = this.#listeners[message.topicId];
    if (listeners === undefined) return;
    // Backwards: a listener that ends itself while served leaves the list.
    for (let i = listeners.length - 1; i >= 0; i -= 1) listeners[i]?.deliver(message);
  }
}
