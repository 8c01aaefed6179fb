/**
 * What became of every record of files of DBN:
 *
 *   file.databento       in = records of the files · out = those that could be read
 *                        dropped: UNKNOWN_RTYPE, BAD_RECORD_SIZE, aborted
 *   databento.parse      out = accepted + definition + mapping + system + error + told-as-trade
 *   databento.normalise  in = ticks made of them · out: counted as the ring takes them
 */
import { HopCounters } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';
import { VENDOR } from '@tickwire/venue-databento';
import type { DatabentoNormaliser } from '@tickwire/venue-databento';

/** Records that are said to the session, not to the market. */
export interface ControlCounts {
  mapping: number;
  system: number;
  error: number;
}

/** Of all files so far. */
export interface FileCounts {
  records: number;
  unknown: number;
  damaged: number;
}

export class DbnAccount {
  readonly control: ControlCounts = { mapping: 0, system: 0, error: 0 };
  readonly ticks: Counter;
  readonly #file: HopCounters;
  readonly #parse: HopCounters;
  readonly #normaliser: () => DatabentoNormaliser;

  constructor(stats: CounterTable, normaliser: () => DatabentoNormaliser) {
    this.#file = new HopCounters(stats, `file.${VENDOR}`, 'message');
    this.#parse = new HopCounters(stats, `${VENDOR}.parse`, 'message');
    this.ticks = new HopCounters(stats, `${VENDOR}.normalise`, 'tick').in;
    this.#normaliser = normaliser;
  }

  /** @param given - Records that were handed on. */
  show({ records, unknown, damaged }: FileCounts, given: number): void {
    this.#file.in.set(records + unknown + damaged);
    this.#file.out.set(given);
    this.#file.dropped('UNKNOWN_RTYPE').set(unknown);
    this.#file.dropped('BAD_RECORD_SIZE').set(damaged);
    this.#file.dropped('aborted').set(records - given);
    this.#parse.in.set(given);
    const { accepted, definitions, dropped } = this.#normaliser().counts;
    const parts = {
      ...{ accepted, definition: definitions, 'told-as-trade': dropped.otherSchema },
      ...this.control,
    };
    for (const [name, count] of Object.entries(parts)) this.#parse.part(name).set(count);
    this.#parse.out.set(Object.values(parts).reduce((sum, count) => sum + count, 0));
    const reasons = {
      ...{ 'no-tick': dropped.noTick, 'no-price': dropped.noPrice },
      ...{ 'price-range': dropped.priceRange, 'directory-full': dropped.directoryFull },
    };
    for (const [reason, count] of Object.entries(reasons)) this.#parse.dropped(reason).set(count);
  }
}
