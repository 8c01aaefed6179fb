/**
 * The UDP side of a simulator: the same packets on one leg or several (lines A and B of a feed),
 * unicast or multicast, each leg with faults of its own: loss, duplicates, reordering, delay. What
 * each leg lost is in the log, so that the loss of both is known exactly.
 *
 * A specification names the legs as topics: `drop.a=0.01,dup.b=0.05,delay.a=0.1:20ms`.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import type { Timers } from '@tickwire/core';
import type { FaultLog } from './fault-log.ts';
import type { FaultPlan, MessageFault, MessageFaultRule } from './fault-plan.ts';
import { NO_FAULTS } from './fault-plan.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';

/** Where a leg is sent. A multicast group (224.0.0.0 … 239.255.255.255) goes over loopback. */
export interface UdpLeg {
  /** As faults name it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

export interface UdpPacket {
  readonly bytes: Uint8Array;
  /** Sequences that it carries. */
  readonly sequenceStart: number;
  readonly sequenceEnd: number;
}

export interface UdpFeedOptions {
  /** In the order in which the catalogue's topics name them. */
  readonly legs: readonly UdpLeg[];
  readonly seed: string;
  readonly log: FaultLog;
  readonly timers: Timers;
  /** ms since the Unix epoch, the venue's clock. */
  readonly venueMs: () => number;
}

const LOOPBACK = '127.0.0.1';
const MULTICAST = /^2(2[4-9]|3\d)\./;

export class UdpFeed {
  readonly #socket: Socket;
  readonly #legs: readonly Leg[];
  #open = true;
  /** Packets that Node has and the kernel not yet. */
  #unsent = 0;
  #onAllSent: (() => void) | undefined;

  private constructor(socket: Socket, options: UdpFeedOptions) {
    this.#socket = socket;
    this.#legs = options.legs.map(
      (leg, index) => new Leg({ leg, index, options, send: (bytes) => this.#send(bytes, leg) }),
    );
  }

  /** Opens the sending socket. */
  static async open(options: UdpFeedOptions): Promise<UdpFeed> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, LOOPBACK, () => resolve());
    });
    socket.setMulticastInterface(LOOPBACK);
    socket.setMulticastLoopback(true);
    socket.setMulticastTTL(0);
    socket.on('error', () => undefined);
    return new UdpFeed(socket, options);
  }

  setFaults(plan: FaultPlan): void {
    for (const leg of this.#legs) leg.setFaults(plan);
  }

  /** Sends a packet on every leg. */
  send(packet: UdpPacket): void {
    for (const leg of this.#legs) leg.pass(packet);
  }

  /** Packets given to the kernel, by leg. */
  get sent(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#legs.map(({ name, sent }) => [name, sent]));
  }

  /** Sends what waits to be overtaken, and closes when the kernel has all that was sent. */
  async close(): Promise<void> {
    for (const leg of this.#legs) leg.release();
    this.#open = false;
    // A socket forgets what it has not given to the kernel when it closes.
    await new Promise<void>((resolve) => {
      if (this.#unsent === 0) resolve();
      else this.#onAllSent = resolve;
    });
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #send(bytes: Uint8Array, { address, port }: UdpLeg): void {
    if (!this.#open) return;
    this.#unsent += 1;
    // A copy: the kernel gets it later than the caller goes on.
    this.#socket.send(Buffer.from(bytes), port, address, this.#onSent);
  }

  readonly #onSent = (): void => {
    this.#unsent -= 1;
    if (this.#unsent === 0) this.#onAllSent?.();
  };
}

/** Whether an address is a multicast group. */
export const isMulticast = (address: string): boolean => MULTICAST.test(address);

class Leg {
  readonly name: string;
  sent = 0;
  readonly #index: number;
  readonly #options: UdpFeedOptions;
  readonly #random: Random;
  readonly #write: (bytes: Uint8Array) => void;
  #rules: readonly MessageFaultRule[] = NO_FAULTS.message;
  #held: UdpPacket | undefined;

  constructor(parts: {
    leg: UdpLeg;
    index: number;
    options: UdpFeedOptions;
    send: (bytes: Uint8Array) => void;
  }) {
    this.name = parts.leg.name;
    this.#index = parts.index;
    this.#options = parts.options;
    this.#random = createRandom(`${parts.options.seed}/leg/${parts.leg.name}`);
    this.#write = parts.send;
  }

  setFaults({ message }: FaultPlan): void {
    this.#rules = message.filter(({ topicKind }) => topicKind === this.#index);
  }

  pass(packet: UdpPacket): void {
    const rule = this.#draw();
    if (rule?.fault === 'reorder' && this.#held === undefined) {
      this.#held = { ...packet, bytes: packet.bytes.slice() };
      return;
    }
    if (rule?.fault === 'drop') {
      this.#log('drop', packet, { omitted: 1 });
    } else if (rule?.fault === 'delay') {
      const bytes = packet.bytes.slice();
      this.#options.timers.setTimer(rule.delayMs ?? 0, () => this.#give(bytes));
      this.#log('delay', packet);
    } else if (rule?.fault === 'truncate') {
      this.#give(packet.bytes.subarray(0, packet.bytes.length >> 1));
      this.#log('truncate', packet, { omitted: 1 });
    } else {
      this.#give(packet.bytes);
    }
    if (rule?.fault === 'dup') {
      this.#give(packet.bytes);
      this.#log('dup', packet);
    }
    this.release();
  }

  /** Sends what waited to be overtaken. */
  release(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#give(held.bytes);
    this.#log('reorder', held);
  }

  #draw(): MessageFaultRule | undefined {
    let drawn: MessageFaultRule | undefined;
    for (const rule of this.#rules) {
      if (this.#random.chance(rule.probability)) drawn ??= rule;
    }
    return drawn;
  }

  #give(bytes: Uint8Array): void {
    this.sent += 1;
    this.#write(bytes);
  }

  #log(fault: MessageFault, packet: UdpPacket, more: { omitted?: number } = {}): void {
    const { log, venueMs } = this.#options;
    const { sequenceStart, sequenceEnd } = packet;
    const at = { atMs: venueMs(), connection: this.#index + 1, subject: this.name };
    log.add({ ...at, fault, sequenceStart, sequenceEnd, ...more });
  }
}
