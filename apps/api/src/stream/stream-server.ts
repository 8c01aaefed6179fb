/** All clients of the stream: their number, their signs of life, and their end. */
import type { CounterTable } from '@tickwire/core';
import type { Counter } from '@tickwire/core';
import type { WebSocket } from 'ws';
import type { Identity } from '../access/gate.ts';
import type { QueueLimits } from './client-queue.ts';
import { DeliveryHop } from './delivery-hop.ts';
import { CloseCode, StreamClient } from './stream-client.ts';
import type { StreamHub } from './stream-hub.ts';

export interface StreamServerOptions {
  readonly hub: StreamHub;
  readonly stats: CounterTable;
  readonly limits: QueueLimits;
  readonly clientsMax: number;
  readonly subscriptionsMax: number;
  readonly pingMs: number;
  readonly nowMs: () => number;
  /** Whether who opened a stream may still have it. */
  readonly stillHolds: (identity: Identity) => boolean;
}

export class StreamServer {
  readonly #options: StreamServerOptions;
  readonly #hop: DeliveryHop;
  readonly #clients = new Map<StreamClient, Identity>();
  readonly #checking: NodeJS.Timeout;
  readonly #connected: Counter;
  readonly #count: Counter;
  readonly #refused: Counter;
  #whenEmpty: () => void = () => undefined;

  constructor(options: StreamServerOptions) {
    this.#options = options;
    this.#hop = new DeliveryHop(options.stats);
    this.#connected = options.stats.counter('count/api.clients');
    this.#count = options.stats.counter('gauge/api.clients');
    this.#refused = options.stats.counter('count/api.clients.refused');
    this.#count.set(0);
    this.#checking = setInterval(() => this.#check(), options.pingMs);
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  /** Whether another client would be taken. */
  get hasRoom(): boolean {
    const hasRoom = this.#clients.size < this.#options.clientsMax;
    if (!hasRoom) this.#refused.add(1);
    return hasRoom;
  }

  accept(socket: WebSocket, identity: Identity): void {
    const client = new StreamClient({
      ...this.#options,
      socket,
      hop: this.#hop,
      onClose: () => this.#left(client),
    });
    this.#clients.set(client, identity);
    this.#connected.add(1);
    this.#count.set(this.#clients.size);
  }

  /** Says goodbye to all; what they do not take within the deadline is dropped and counted. */
  async stop(deadlineMs: number): Promise<void> {
    clearInterval(this.#checking);
    if (this.#clients.size === 0) return;
    const empty = new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    for (const client of this.#clients.keys()) client.close(CloseCode.GoingAway, 'stopping');
    const timer = setTimeout(() => {
      for (const client of this.#clients.keys()) {
        client.close(CloseCode.GoingAway, 'stopping', true);
      }
    }, deadlineMs);
    await empty;
    clearTimeout(timer);
  }

  #check(): void {
    for (const [client, identity] of this.#clients) {
      if (this.#options.stillHolds(identity)) client.check();
      else client.close(CloseCode.KeyEnded, 'the key is not valid any more', true);
    }
  }

  #left(client: StreamClient): void {
    this.#clients.delete(client);
    this.#count.set(this.#clients.size);
    if (this.#clients.size === 0) this.#whenEmpty();
  }
}
