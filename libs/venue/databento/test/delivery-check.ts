/** Sink and oracle in one: each record of each instrument once and in order, else in the ledger. */
import type { FeedSink, GapRecord } from '@tickwire/domain-feed';
import { TickKind } from '@tickwire/wire-tick';
import type { TickBatch } from '@tickwire/wire-tick';
import { BLOCK, INSTRUMENTS, NUMBERS } from './paced-market.ts';

export class DeliveryCheck implements FeedSink {
  delivered = 0;
  /** What contradicts the promise, the first few. */
  readonly faults: string[] = [];
  /** Sequences that never came, and those that the ledger says are missing. */
  readonly lost: string[] = [];
  readonly declared: string[] = [];
  /** Entries that a replay left out what had come before. */
  doubts = 0;
  /** Entries of the channel: open, and then repaired. */
  readonly channel: GapRecord[] = [];
  /** By instrument the number that comes next; −1 before the first. */
  readonly #next = new Float64Array(INSTRUMENTS).fill(-1);
  #entries = 0;
  /** Largest number that was handed on. */
  last = -1;

  publish(batch: TickBatch): void {
    for (let at = 0; at < batch.count; at++) {
      const tick = batch.at(at);
      if (tick.kind === TickKind.Trade) this.#take(tick.size);
    }
  }

  define(): number {
    return this.#entries++;
  }

  gap(record: Readonly<GapRecord>): void {
    const { symbol, firstMissing, missing } = record;
    if (symbol === undefined) this.channel.push({ ...record });
    // Without numbers: a replay did not bring again what had come. Nothing is lost by that.
    else if (missing === undefined) this.doubts += 1;
    else this.declared.push(`${symbol}: ${firstMissing}+${missing}`);
  }

  /** Of each instrument the last record must be one of the last block that was sent. */
  end(sentTo: number): void {
    this.#next.forEach((next, instrument) => {
      if (next !== sentTo + instrument) this.#fault(`${instrument + 1} ends before ${next}`);
    });
  }

  #take(size: number): void {
    const instrument = size % INSTRUMENTS;
    const next = this.#next[instrument]!;
    // Numbers wrap in the field, not here.
    const wrapped = next < 0 ? size : next + ((size - next) % NUMBERS);
    const number = wrapped < next - NUMBERS / 2 ? wrapped + NUMBERS : wrapped;
    this.delivered += 1;
    if (next >= 0 && number < next) return this.#fault(`${number} of ${instrument + 1} again`);
    if (next >= 0 && number > next) this.#lose(instrument, next, number);
    this.#next[instrument] = number + INSTRUMENTS;
    this.last = Math.max(this.last, number);
  }

  #lose(instrument: number, next: number, number: number): void {
    const first = Math.floor(next / BLOCK);
    const count = Math.floor(number / BLOCK) - first;
    const isWhole = next % BLOCK < INSTRUMENTS && number % BLOCK < INSTRUMENTS;
    if (!isWhole) this.#fault(`part of a place: ${next} … ${number} of ${instrument + 1}`);
    this.lost.push(`${instrument + 1}: ${first}+${count}`);
  }

  #fault(what: string): void {
    if (this.faults.length < 5) this.faults.push(what);
  }
}
