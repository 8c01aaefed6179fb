// A line that loses, repeats, overtakes and delays packets, on the simulated clock.
import type { EventHeap } from './event-heap.ts';

const MS = 1e6;
const DUPLICATE_AFTER_NS = 2 * MS;
/** A leg's delay stays for so many packets on average. */
const DELAY_PACKETS = 2_000;

export interface LegFaults {
  /** Share of packets that are lost, beside those of bursts. */
  readonly loss?: number;
  /** Runs of losses: they begin at this share of packets, with 1 … `burstMax` packets each. */
  readonly bursts?: number;
  readonly burstMax?: number;
  /** Share of packets that come twice. */
  readonly duplicates?: number;
  /** Share of packets that are overtaken by 1 … `reorderMax` others of the leg. */
  readonly reorder?: number;
  readonly reorderMax?: number;
  /** The leg's delay changes now and then, within 0 … so much. */
  readonly delayMsMax?: number;
}

export class SimulatedLeg {
  /** 1 where a packet was lost. */
  readonly lost: Uint8Array;
  readonly #faults: Required<LegFaults>;
  readonly #random: () => number;
  readonly #emit: (timeNs: number, packet: number) => void;
  /** Overtaken packets: each goes when that other packet goes. */
  readonly #overtaken = new Map<number, number[]>();
  #burstLeft = 0;
  #delayNs = 0;
  #lastNs = 0;

  constructor(options: {
    readonly packets: number;
    readonly faults: LegFaults;
    readonly random: () => number;
    readonly events: EventHeap;
    /** What an event of packet n is: `valueOf(n)`. */
    readonly valueOf: (packet: number) => number;
  }) {
    const { faults, random, events, valueOf } = options;
    this.lost = new Uint8Array(options.packets);
    this.#random = random;
    this.#emit = (timeNs, packet) => events.push(timeNs, valueOf(packet));
    this.#faults = {
      loss: 0,
      bursts: 0,
      burstMax: 0,
      duplicates: 0,
      reorder: 0,
      reorderMax: 0,
      delayMsMax: 0,
      ...faults,
    };
    this.#delayNs = this.#upTo(this.#faults.delayMsMax * MS);
  }

  /** @param isOut - Whether it is lost, whatever the leg's own faults are. */
  send(packet: number, sentNs: number, isOut: boolean): void {
    const { reorder, reorderMax, delayMsMax } = this.#faults;
    if (this.#random() * DELAY_PACKETS < 1) this.#delayNs = this.#upTo(delayMsMax * MS);
    this.#lastNs = Math.max(this.#lastNs, sentNs + this.#delayNs);
    if (this.#isLost() || isOut) this.lost[packet] = 1;
    else if (this.#random() < reorder) this.#overtake(packet, this.#upTo(reorderMax));
    else this.#arrive(packet);
    for (const late of this.#overtaken.get(packet) ?? []) this.#arrive(late);
    this.#overtaken.delete(packet);
  }

  /** Lets go of what still waits to be overtaken. */
  flush(): void {
    for (const late of [...this.#overtaken.values()].flat()) this.#arrive(late);
    this.#overtaken.clear();
  }

  #isLost(): boolean {
    const { loss, bursts, burstMax } = this.#faults;
    if (this.#burstLeft === 0 && this.#random() < bursts) this.#burstLeft = this.#upTo(burstMax);
    if (this.#burstLeft === 0) return this.#random() < loss;
    this.#burstLeft -= 1;
    return true;
  }

  #overtake(packet: number, by: number): void {
    const waiting = this.#overtaken.get(packet + by) ?? [];
    waiting.push(packet);
    this.#overtaken.set(packet + by, waiting);
  }

  /** Each arrival 1 ns after the one before: the order of a leg is that of its events. */
  #arrive(packet: number): void {
    this.#lastNs += 1;
    this.#emit(this.#lastNs, packet);
    if (this.#random() < this.#faults.duplicates) {
      this.#emit(this.#lastNs + this.#upTo(DUPLICATE_AFTER_NS), packet);
    }
  }

  /** 1 … `most`. */
  #upTo(most: number): number {
    return 1 + Math.floor(this.#random() * most);
  }
}
