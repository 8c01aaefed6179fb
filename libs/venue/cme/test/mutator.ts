/** Damaged packets: good ones of an exchange with bytes changed, cut off, or put behind. */
import type { Random } from '@tickwire/core';
import type { RecoveryFeed } from '../src/index.ts';
import { wallAt } from './packet-encoder.ts';
import type { PlainExchange, SentPacket } from './plain-exchange.ts';

const SEQUENCE_BYTES = 4;
const HEADER_BYTES = 12;
const CHANGED_BYTES_MAX = 8;

export class Mutator {
  readonly #random: Random;
  readonly #good: readonly Uint8Array[];
  readonly #loops: Readonly<Record<RecoveryFeed, readonly Uint8Array[]>>;
  #sequence: number;

  constructor(exchange: PlainExchange, random: Random) {
    this.#random = random;
    this.#good = [...exchange.log.values()].filter(({ length }) => length > HEADER_BYTES);
    this.#sequence = exchange.sequence;
    const now = (): number => 0;
    this.#loops = {
      definitions: [...exchange.definitions(now)],
      snapshots: [...exchange.snapshots(now)],
      'order-snapshots': [...exchange.orderSnapshots(now)],
    };
  }

  /** Most have the next sequence, so that they are gone through. */
  incremental(): SentPacket {
    const bytes = this.#mutate(this.#pick(this.#good));
    this.#sequence += 1;
    const isNumbered = bytes.length >= SEQUENCE_BYTES && this.#random() < 0.95;
    if (isNumbered) view(bytes).setUint32(0, this.#sequence, true);
    const sequence = bytes.length >= SEQUENCE_BYTES ? view(bytes).getUint32(0, true) : 0;
    return { sequence, bytes };
  }

  loop(feed: RecoveryFeed): Uint8Array {
    return this.#mutate(this.#pick(this.#loops[feed]));
  }

  good(sequence: number, nowNs: number): SentPacket {
    const bytes = this.#pick(this.#good).slice();
    const { hi, lo } = wallAt(nowNs);
    view(bytes).setUint32(0, sequence, true);
    view(bytes).setUint32(4, lo, true);
    view(bytes).setUint32(8, hi, true);
    this.#sequence = sequence;
    return { sequence, bytes };
  }

  #mutate(good: Uint8Array): Uint8Array {
    const dice = this.#random();
    if (dice < 0.1) return good.slice(0, this.#below(good.length));
    const bytes = new Uint8Array(good.length + (dice < 0.2 ? this.#below(40) : 0));
    bytes.set(good);
    const changes = 1 + this.#below(CHANGED_BYTES_MAX);
    for (let change = 0; change < changes; change++) {
      bytes[this.#below(bytes.length)] = this.#below(256);
    }
    return bytes;
  }

  #pick(packets: readonly Uint8Array[]): Uint8Array {
    return packets[this.#below(packets.length)]!;
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }
}

const view = ({ buffer, byteOffset }: Uint8Array): DataView => new DataView(buffer, byteOffset);
