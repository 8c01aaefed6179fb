/**
 * One client of the stream: its subscriptions, its queue, its life. What it sends is checked and
 * limited; what it gets waits in its own queue, so that a slow one harms nobody.
 */
import type { WebSocket } from 'ws';
import { ApiError } from '../errors.ts';
import { ClientQueue } from './client-queue.ts';
import type { QueueLimits, UpstreamLoss, WireMessage } from './client-queue.ts';
import type { DeliveryHop } from './delivery-hop.ts';
import { STREAM_VERSION, parseClientMessage } from './protocol.ts';
import type { SubscribeMessage } from './protocol.ts';
import type { SharedBatch } from './shared-batch.ts';
import type { StreamHub } from './stream-hub.ts';
import type { Subscriber, Topic } from './topic.ts';

/** Why the api closes a stream, besides the codes of RFC 6455. */
export const CloseCode = {
  GoingAway: 1001,
  Unsupported: 1003,
  /** Its key is gone or over. */
  KeyEnded: 4401,
  /** It neither reads nor answers. */
  Stalled: 4408,
  /** It asks for too much. */
  TooMany: 4429,
} as const;

/** Bytes handed to the socket and not yet taken by the operating system. */
const OUTSTANDING_BYTES_MAX = 131_072;
/** Up to here a copy into one frame costs less than a second frame. */
const ONE_FRAME_BYTES_MAX = 4_096;
const CLOSE_GRACE_MS = 250;
/** Messages and control frames a second that a client may send, and how many at once. */
const REQUESTS_PER_SECOND = 50;
const REQUESTS_AT_ONCE = 200;

export interface StreamClientOptions {
  readonly socket: WebSocket;
  readonly hub: StreamHub;
  readonly hop: DeliveryHop;
  readonly limits: QueueLimits;
  readonly subscriptionsMax: number;
  readonly nowMs: () => number;
  readonly onClose: () => void;
}

export class StreamClient {
  readonly #options: StreamClientOptions;
  readonly #queue: ClientQueue;
  readonly #subscriptions = new Map<string, { topic: Topic; subscriber: Subscriber }>();
  /** Items handed to the socket and not yet with the operating system. */
  #unconfirmed = 0;
  #outstandingBytes = 0;
  #isOpen = true;
  #allowance = REQUESTS_AT_ONCE;
  #allowedAtMs: number;
  /** It read or answered since the last check. */
  #showedLife = true;
  #silentChecks = 0;

  constructor(options: StreamClientOptions) {
    this.#options = options;
    this.#queue = new ClientQueue(options.limits, options.hop);
    this.#allowedAtMs = options.nowMs();
    const { socket } = options;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#onMessage(data, isBinary));
    socket.on('ping', (data: Buffer) => this.#onPing(data));
    socket.on('pong', () => (this.#showedLife = this.#spend()));
    socket.on('error', () => socket.terminate()); // its own fault: bad frames, a reset
    socket.on('close', () => this.#onClose());
    this.#queue.note({ type: 'hello', version: STREAM_VERSION });
    this.#pump();
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  /** Asks for a sign of life; cuts a client that gave none to two questions. */
  check(): void {
    if (!this.#isOpen) return;
    this.#silentChecks = this.#showedLife ? 0 : this.#silentChecks + 1;
    this.#showedLife = false;
    if (this.#silentChecks >= 2) this.close(CloseCode.Stalled, 'neither reads nor answers', true);
    else if (this.#outstandingBytes < OUTSTANDING_BYTES_MAX) this.#options.socket.ping();
  }

  close(code: number, reason: string, atOnce = false): void {
    const { socket } = this.#options;
    socket.close(code, reason);
    // It may not read the close frame either.
    if (atOnce) setTimeout(() => socket.terminate(), CLOSE_GRACE_MS).unref();
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (!this.#spend()) return;
    if (isBinary) {
      this.close(CloseCode.Unsupported, 'text only');
      return;
    }
    try {
      this.#obey(data.toString('utf8'));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { code, message, field } = error;
      this.#queue.note({ type: 'error', code, message, ...(field === undefined ? {} : { field }) });
    }
    this.#pump();
  }

  #obey(text: string): void {
    const message = parseClientMessage(text);
    switch (message.type) {
      case 'subscribe':
        this.#subscribe(message);
        break;
      case 'unsubscribe':
        this.#unsubscribe(message.id);
        break;
      case 'ping': {
        const { id } = message;
        this.#queue.note({ type: 'pong', ...(id === undefined ? {} : { id }) });
      }
    }
  }

  #subscribe(wish: SubscribeMessage): void {
    const { id } = wish;
    if (this.#subscriptions.has(id)) {
      throw new ApiError('BAD_REQUEST', 'this id is subscribed already', { field: 'id' });
    }
    if (this.#subscriptions.size >= this.#options.subscriptionsMax) {
      const { subscriptionsMax } = this.#options;
      throw new ApiError('TOO_MANY', `at most ${subscriptionsMax} subscriptions a connection`);
    }
    // The answer goes first: what comes after it belongs to the subscription.
    this.#queue.note({ type: 'ack', id, of: 'subscribe', channel: wish.channel });
    const subscriber: Subscriber = {
      receive: (batch) => this.#receive(id, batch),
      receiveLoss: (loss) => this.#receiveLoss(id, loss),
    };
    const topic = this.#options.hub.subscribe(wish, subscriber);
    this.#subscriptions.set(id, { topic, subscriber });
  }

  #unsubscribe(id: string): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) {
      throw new ApiError('BAD_REQUEST', 'there is no such subscription', { field: 'id' });
    }
    this.#subscriptions.delete(id);
    this.#options.hub.unsubscribe(subscription.topic, subscription.subscriber);
    this.#queue.note({ type: 'ack', id, of: 'unsubscribe' });
  }

  #receive(id: string, batch: SharedBatch): void {
    if (!this.#isOpen) return;
    this.#queue.push(id, batch);
    this.#pump();
  }

  #receiveLoss(id: string, loss: UpstreamLoss): void {
    if (!this.#isOpen) return;
    this.#queue.note({ type: 'lost', id, count: loss.count, upstream: loss });
    this.#pump();
  }

  #pump(): void {
    while (this.#isOpen && this.#outstandingBytes < OUTSTANDING_BYTES_MAX) {
      const message = this.#queue.next();
      if (message === undefined) return;
      this.#send(message);
    }
    if (this.#queue.isHopeless) this.close(CloseCode.Stalled, 'does not read', true);
  }

  #send({ head, body, count }: WireMessage): void {
    const { socket, hop } = this.#options;
    const bytes = head.length + (body?.length ?? 0);
    this.#outstandingBytes += bytes;
    this.#unconfirmed += count;
    const onSent = (error?: Error | null): void => {
      this.#outstandingBytes -= bytes;
      // After the end `#onClose` has settled what was unconfirmed.
      if ((error !== undefined && error !== null) || !this.#isOpen) return;
      this.#unconfirmed -= count;
      this.#showedLife ||= count > 0;
      hop.leave(count);
      this.#pump();
    };
    if (body === undefined) socket.send(head, onSent);
    else if (body.length <= ONE_FRAME_BYTES_MAX) {
      socket.send(Buffer.concat([Buffer.from(head), body]), { binary: false }, onSent);
    } else {
      // Two frames of one message: the second is the buffer that all clients share.
      socket.send(head, { fin: false });
      socket.send(body, { binary: false, fin: true }, onSent);
    }
  }

  #onPing(data: Buffer): void {
    this.#showedLife = true;
    if (this.#spend() && this.#outstandingBytes < OUTSTANDING_BYTES_MAX) {
      this.#options.socket.pong(data);
    }
  }

  /** Takes one from what the client may ask for now; cuts it when there is none left. */
  #spend(): boolean {
    const nowMs = this.#options.nowMs();
    const gained = ((nowMs - this.#allowedAtMs) * REQUESTS_PER_SECOND) / 1000;
    this.#allowance = Math.min(REQUESTS_AT_ONCE, this.#allowance + gained);
    this.#allowedAtMs = nowMs;
    if (this.#allowance < 1) {
      if (this.#isOpen) this.close(CloseCode.TooMany, 'too many messages', true);
      return false;
    }
    this.#allowance--;
    return true;
  }

  #onClose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { hub, hop, onClose } = this.#options;
    for (const { topic, subscriber } of this.#subscriptions.values()) {
      hub.unsubscribe(topic, subscriber);
    }
    this.#subscriptions.clear();
    hop.drop('closed', this.#unconfirmed);
    this.#unconfirmed = 0;
    this.#queue.clear();
    onClose();
  }
}
