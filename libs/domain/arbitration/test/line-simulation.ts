/**
 * A channel on two simulated lines, on a simulated clock: what is sent, what each line makes of it,
 * and an arbiter that is driven as a packet loop drives it. Polls come exactly when they are due.
 */
import { seededRandom } from '@tickwire/testing';
import { LegArbiter, Verdict, createLegPacket } from '../src/index.ts';
import type { ArbiterOptions, ChannelCounts, Leg } from '../src/index.ts';
import { DeliveryOracle, PAYLOAD_BYTES } from './delivery-oracle.ts';
import { EventHeap } from './event-heap.ts';
import { SimulatedLeg } from './simulated-leg.ts';
import type { LegFaults } from './simulated-leg.ts';

const MS = 1e6;
const SEQUENCES = 2 ** 32;

export interface LineSimulationOptions {
  readonly seed: number;
  readonly packets: number;
  readonly intervalUs: number;
  readonly faults: readonly [LegFaults, LegFaults];
  /** Both legs lose 1 … `packetsMax` packets in a row, from this share of the packets on. */
  readonly outages?: { readonly share: number; readonly packetsMax: number };
  readonly firstSequence?: number;
  readonly arbiter?: Partial<ArbiterOptions>;
  /** The venue numbers anew, from 1, at this packet. */
  readonly resetAt?: number;
  /** Every so many packets nothing is sent for `quietMs`, but heartbeats. */
  readonly quietEvery?: number;
  readonly quietMs?: number;
  readonly heartbeatMs?: number;
}

/** An event is a packet or a heartbeat of one leg, as one number. */
const KINDS = 4;
const HEARTBEAT = 2;

export class LineSimulation {
  readonly oracle: DeliveryOracle;
  readonly arbiter: LegArbiter;
  readonly legs: readonly [SimulatedLeg, SimulatedLeg];
  /** Packets that were out of the window, by their numbers: 1 where one was. */
  readonly outside: Uint8Array;
  /** The most by which the identity of the counters was ever off: 0. */
  unaccountedMax = 0;
  received = 0;
  readonly #options: LineSimulationOptions;
  readonly #firstSequence: number;
  readonly #wrapTo: 0 | 1;
  readonly #events = new EventHeap();
  readonly #packet = createLegPacket();
  readonly #view: DataView;
  #sentNs = MS;
  #isNumberedAnew = false;

  constructor(options: LineSimulationOptions) {
    this.#options = options;
    const { packets, faults, seed, arbiter = {} } = options;
    this.#firstSequence = options.firstSequence ?? 1;
    this.#wrapTo = arbiter.wrapTo ?? 1;
    this.oracle = new DeliveryOracle(packets, (packet) => this.#sequenceOf(packet));
    const firstSequence = this.#firstSequence;
    this.arbiter = new LegArbiter({ startNs: 0, firstSequence, ...arbiter }, this.oracle);
    const legOf = (leg: Leg): SimulatedLeg =>
      new SimulatedLeg({
        packets,
        faults: faults[leg],
        random: seededRandom(seed + leg * 7_919),
        events: this.#events,
        valueOf: (packet) => packet * KINDS + leg,
      });
    this.legs = [legOf(0), legOf(1)];
    this.outside = new Uint8Array(packets);
    const bytes = new Uint8Array(PAYLOAD_BYTES + 5);
    this.#view = new DataView(bytes.buffer, 3, PAYLOAD_BYTES);
    this.#packet.bytes = bytes;
    this.#packet.start = 3;
    this.#packet.end = 3 + PAYLOAD_BYTES;
  }

  run(): this {
    const { packets, intervalUs, quietEvery = Infinity } = this.#options;
    const isOut = this.#outages();
    for (let packet = 0; packet < packets; packet++) {
      this.#sentNs += intervalUs * 1_000;
      const isLost = isOut();
      for (const leg of this.legs) leg.send(packet, this.#sentNs, isLost);
      if ((packet + 1) % quietEvery === 0) this.#beQuiet(packet);
      this.#handleUntil(this.#sentNs);
    }
    for (const leg of this.legs) leg.flush();
    this.#handleUntil(Infinity);
    this.#beQuiet(packets - 1);
    this.#handleUntil(Infinity);
    this.#poll(this.#sentNs + 120_000 * MS);
    this.#account();
    return this;
  }

  get counts(): ChannelCounts {
    return this.arbiter.counts;
  }

  /** Packets that neither line brought. */
  get lostOnBoth(): number[] {
    const [a, b] = this.legs;
    return [...a.lost.keys()].filter((packet) => a.lost[packet] === 1 && b.lost[packet] === 1);
  }

  /** Whether the next packet falls into an outage of both legs. */
  #outages(): () => boolean {
    const { share, packetsMax } = this.#options.outages ?? { share: 0, packetsMax: 1 };
    const random = seededRandom(this.#options.seed ^ 0x5bd1_e995);
    let left = 0;
    return () => {
      if (left === 0 && random() < share) left = 1 + Math.floor(random() * packetsMax);
      if (left === 0) return false;
      left -= 1;
      return true;
    };
  }

  #sequenceOf(packet: number): number {
    const { resetAt = Infinity } = this.#options;
    if (packet >= resetAt) return 1 + packet - resetAt;
    const sequence = this.#firstSequence + packet;
    return sequence < SEQUENCES ? sequence : sequence - SEQUENCES + this.#wrapTo;
  }

  #beQuiet(packet: number): void {
    const { quietMs = 3_000, heartbeatMs = 1_000 } = this.#options;
    for (let ms = heartbeatMs; ms <= quietMs; ms += heartbeatMs) {
      const atNs = this.#sentNs + ms * MS;
      this.#events.push(atNs, packet * KINDS + HEARTBEAT);
      this.#events.push(atNs + MS, packet * KINDS + HEARTBEAT + 1);
    }
    this.#sentNs += quietMs * MS;
  }

  #handleUntil(untilNs: number): void {
    const events = this.#events;
    while (!events.isEmpty && events.firstNs <= untilNs) {
      const nowNs = events.firstNs;
      const event = events.pop();
      const packet = Math.floor(event / KINDS);
      const leg = (event & 1) as Leg;
      this.#poll(nowNs);
      if ((event & HEARTBEAT) !== 0) this.#heartbeat(leg, packet, nowNs);
      else this.#receive(leg, packet, nowNs);
    }
  }

  #poll(nowNs: number): void {
    while (this.arbiter.nextDueNs <= nowNs) this.arbiter.poll(this.arbiter.nextDueNs);
  }

  #heartbeat(leg: Leg, packet: number, recvNs: number): void {
    this.oracle.know(packet + 1, recvNs);
    this.arbiter.heartbeat({ leg, sequence: this.#sequenceOf(packet), recvNs });
  }

  #receive(leg: Leg, number: number, recvNs: number): void {
    const packet = this.#packet;
    packet.leg = leg;
    packet.sequence = this.#sequenceOf(number);
    packet.recvNs = recvNs;
    packet.recvWall.lo = number;
    this.#view.setUint32(0, number, true);
    this.#view.setUint32(4, ~number >>> 0, true);
    this.#view.setUint32(8, packet.sequence, true);
    this.oracle.know(number, recvNs);
    let verdict = this.arbiter.receive(packet);
    this.received += 1;
    if (verdict === Verdict.OutOfWindow && this.#isNewNumbering(number)) {
      this.#numberAnew(recvNs);
      verdict = this.arbiter.receive(packet);
      this.received += 1;
    }
    if (verdict === Verdict.OutOfWindow) this.outside[number] = 1;
    if (this.received % 1_024 === 0) this.#account();
  }

  /** As a sending time in the packet would say. */
  #isNewNumbering(packet: number): boolean {
    return packet >= (this.#options.resetAt ?? Infinity) && !this.#isNumberedAnew;
  }

  #numberAnew(nowNs: number): void {
    this.#isNumberedAnew = true;
    this.arbiter.reset(1, { nowNs, held: 'deliver' });
    this.oracle.giveUpTo(this.#options.resetAt ?? 0);
  }

  #account(): void {
    const { delivered, duplicates, late, discarded, held, legs } = this.counts;
    const { outOfWindow, badSequence, reset, killed } = discarded;
    const accounted =
      delivered + duplicates + late + outOfWindow + badSequence + reset + killed + held;
    const received = legs[0].received + legs[1].received;
    const off = Math.abs(received - accounted) + Math.abs(received - this.received);
    this.unaccountedMax = Math.max(this.unaccountedMax, off);
  }
}
