import { LegArbiter, Verdict, createLegPacket } from '../src/index.ts';
import type { ArbiterSink, Gap, Leg, LegPacket } from '../src/index.ts';
import type { StampNs } from '@tickwire/core';

/** What the example does with what comes out: its book, its recovery, its alarms. */
export interface ChannelUser {
  decode(bytes: Uint8Array, start: number, end: number): void;
  recover(gap: Gap): void;
  alarm(what: string): void;
}

const HEADER_BYTES = 12;

/** A channel of CME MDP 3.0 on lines A and B. */
export class ChannelReader implements ArbiterSink {
  readonly arbiter: LegArbiter;
  readonly #user: ChannelUser;
  readonly #packet = createLegPacket();

  constructor(user: ChannelUser, startNs: number) {
    this.#user = user;
    this.arbiter = new LegArbiter({ startNs, heartbeatMs: 30_000 }, this);
  }

  /** Takes a datagram; the memory is the caller's again when this returns. */
  onDatagram(leg: Leg, datagram: Uint8Array, recv: StampNs & { monotonicNs: number }): Verdict {
    const packet = this.#packet;
    packet.leg = leg;
    packet.sequence = u32(datagram);
    packet.bytes = datagram;
    packet.end = datagram.length;
    packet.recvNs = recv.monotonicNs;
    packet.recvWall = recv;
    const verdict = this.arbiter.receive(packet);
    if (verdict === Verdict.OutOfWindow) this.#user.alarm(`sequence ${packet.sequence}`);
    return verdict;
  }

  /** The packet loop asks after each batch, and sleeps no longer than until `nextDueNs`. */
  onBatchEnd(nowNs: number): void {
    if (nowNs >= this.arbiter.nextDueNs) this.arbiter.poll(nowNs);
  }

  deliver({ bytes, start, end }: Readonly<LegPacket>): void {
    this.#user.decode(bytes, start + HEADER_BYTES, end);
  }

  gap(gap: Gap): void {
    this.#user.recover(gap);
  }

  late(): void {} // the recovery here takes snapshots alone

  legSilent(leg: Leg): void {
    this.#user.alarm(`line ${'AB'[leg]} is silent`);
  }

  channelSilent(): void {
    this.#user.alarm('the channel is silent');
  }

  live(): void {}
}

function u32(bytes: Uint8Array): number {
  return (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0;
}
