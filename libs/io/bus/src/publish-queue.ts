/**
 * Messages handed to the bus and not yet confirmed by the server. Bounded in messages and bytes;
 * policy when full: drop-newest, counted. A message leaves the queue when a PING sent after it has
 * been answered, so what a broken connection swallowed is sent again (at least once).
 */
export interface OutgoingMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

export interface QueueLimits {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

export class PublishQueue {
  readonly #limits: QueueLimits;
  readonly #slots: (OutgoingMessage | undefined)[];
  #head = 0;
  #count = 0;
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
    this.#slots = new Array<OutgoingMessage | undefined>(limits.messagesMax);
  }

  get count(): number {
    return this.#count;
  }

  /** False when it is full: the message was not taken. */
  push(message: OutgoingMessage): boolean {
    const bytes = message.payload.length;
    if (this.#count === this.#limits.messagesMax) return false;
    if (this.#bytes + bytes > this.#limits.bytesMax) return false;
    this.#slots[(this.#head + this.#count) % this.#limits.messagesMax] = message;
    this.#count += 1;
    this.#bytes += bytes;
    return true;
  }

  /** The message `index` places behind the oldest. */
  at(index: number): OutgoingMessage | undefined {
    return this.#slots[(this.#head + index) % this.#limits.messagesMax];
  }

  /** The oldest `count` are done. */
  shift(count: number): void {
    for (let done = 0; done < count && this.#count > 0; done++) {
      this.#bytes -= this.at(0)?.payload.length ?? 0;
      this.#slots[this.#head] = undefined;
      this.#head = (this.#head + 1) % this.#limits.messagesMax;
      this.#count -= 1;
    }
  }
}
