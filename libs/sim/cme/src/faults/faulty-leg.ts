/**
 * One leg of a feed, with its faults: packets go in as they are made and come out as the network
 * would bring them. Pure: time is that of the packets. At every moment
 *
 *   offered + doubled = delivered + dropped + droppedInBursts + held
 */
import type { Random } from '@tickwire/sim-kit';
import type { FeedPacket } from '../feeds/packet-stream.ts';
import { NO_LEG_FAULTS } from './leg-faults.ts';
import type { LegFaultPlan } from './leg-faults.ts';

/** Packets of a leg, counted. */
export interface LegCounts {
  /** Made by the exchange for this leg. */
  readonly offered: number;
  readonly delivered: number;
  readonly deliveredBytes: number;
  /** Lost by themselves, and in bursts. */
  readonly dropped: number;
  readonly droppedInBursts: number;
  /** Delivered once more. */
  readonly doubled: number;
  /** Delivered behind later ones. */
  readonly overtaken: number;
  readonly delayed: number;
  /** Waiting to be overtaken, or for their time. */
  readonly held: number;
}

interface Held {
  readonly packet: FeedPacket;
  /** Packets that have still to pass it; 0 = it waits for its time. */
  passes: number;
  /** ns since the exchange began. */
  readonly dueNs: number;
}

const NS_PER_MS = 1e6;
/** Beyond it nothing more is held back: packets pass as they are. */
const HELD_MAX = 65_536;

export class FaultyLeg {
  plan: LegFaultPlan;
  readonly #random: Random;
  readonly #deliver: (packet: FeedPacket) => void;
  readonly #held: Held[] = [];
  readonly #counts = {
    ...{ offered: 0, delivered: 0, deliveredBytes: 0, dropped: 0, droppedInBursts: 0 },
    ...{ doubled: 0, overtaken: 0, delayed: 0 },
  };
  #burstLeft = 0;

  constructor(options: {
    readonly random: Random;
    readonly plan?: LegFaultPlan;
    /** `bytes` of a packet are valid during the call. */
    readonly deliver: (packet: FeedPacket) => void;
  }) {
    this.#random = options.random;
    this.plan = options.plan ?? NO_LEG_FAULTS;
    this.#deliver = options.deliver;
  }

  get counts(): LegCounts {
    return { ...this.#counts, held: this.#held.length };
  }

  /** When something that is late has to be let go, ns since the exchange began. */
  get nextDueNs(): number {
    if (this.#held.length === 0) return Infinity;
    let due = Infinity;
    for (const { passes, dueNs } of this.#held) if (passes === 0 && dueNs < due) due = dueNs;
    return due;
  }

  /** Takes a packet that the exchange has made. */
  pass(packet: FeedPacket): void {
    this.#counts.offered += 1;
    this.release(packet.atNs);
    const { plan } = this;
    const random = this.#random;
    if (this.#burstLeft === 0 && random.chance(plan.burst.odds)) {
      this.#burstLeft = 1 + random.below(plan.burst.packetsMax);
    }
    const isDropped = random.chance(plan.drop);
    const isDouble = random.chance(plan.dup);
    if (this.#burstLeft > 0) {
      this.#burstLeft -= 1;
      this.#counts.droppedInBursts += 1;
    } else if (isDropped) this.#counts.dropped += 1;
    else {
      this.#send(packet);
      if (isDouble) {
        this.#counts.doubled += 1;
        this.#give(packet);
      }
    }
    this.#countPass();
  }

  /** Lets go what was late, up to a moment. */
  release(nowNs: number): void {
    for (;;) {
      let first = -1;
      for (let at = 0; at < this.#held.length; at += 1) {
        const { passes, dueNs } = this.#held[at]!;
        if (passes > 0 || dueNs > nowNs) continue;
        if (first < 0 || dueNs < this.#held[first]!.dueNs) first = at;
      }
      if (first < 0) return;
      this.#give(this.#held.splice(first, 1)[0]!.packet);
    }
  }

  /** Lets go all that is held: nothing comes any more. */
  end(): void {
    for (const { packet } of this.#held.splice(0)) this.#give(packet);
  }

  #send(packet: FeedPacket): void {
    const { reorder, delay } = this.plan;
    const random = this.#random;
    const isOvertaken = random.chance(reorder.odds);
    const isLate = random.chance(delay.odds);
    if ((!isOvertaken && !isLate) || this.#held.length >= HELD_MAX) {
      this.#give(packet);
      return;
    }
    const kept = { ...packet, bytes: packet.bytes.slice() };
    if (isOvertaken) {
      this.#counts.overtaken += 1;
      // Its own passing counts as the first.
      this.#held.push({ packet: kept, passes: 2 + random.below(reorder.window), dueNs: 0 });
      return;
    }
    this.#counts.delayed += 1;
    const lateNs = Math.ceil(random.unit() * delay.msMax * NS_PER_MS);
    this.#held.push({ packet: kept, passes: 0, dueNs: packet.atNs + lateNs });
  }

  #countPass(): void {
    for (let at = 0; at < this.#held.length; at += 1) {
      const held = this.#held[at]!;
      if (held.passes === 0) continue;
      held.passes -= 1;
      if (held.passes > 0) continue;
      this.#give(held.packet);
      this.#held.splice(at, 1);
      at -= 1;
    }
  }

  #give(packet: FeedPacket): void {
    this.#counts.delivered += 1;
    this.#counts.deliveredBytes += packet.bytes.length;
    this.#deliver(packet);
  }
}
