/** What a replay counted: by the process that played and by this one, which read. */
import { COUNTER_FILE_BYTES, CounterTable, HopCounters, readCounters } from '@tickwire/core';
import type { CounterSnapshot } from '@tickwire/core';
import type { RingAccount } from '@tickwire/io-rings';
import { readAccounting } from '@tickwire/system';
import type { Accounting } from '@tickwire/system';

/** The reader's own counters, in the form of a service's. */
export class ReaderAccounts {
  readonly #memory = new ArrayBuffer(COUNTER_FILE_BYTES);
  readonly #table = new CounterTable(this.#memory);
  readonly #ring: string;

  constructor(ring: string) {
    this.#ring = ring;
  }

  /** The hop from the ring to this reader, as the ring states it now. */
  setRing(account: RingAccount): void {
    const hop = new HopCounters(this.#table, `ring.${this.#ring}.replay`, 'tick');
    hop.in.set(account.published - account.start);
    hop.out.set(account.delivered + account.padded);
    hop.part('delivered').set(account.delivered);
    hop.part('padded').set(account.padded);
    hop.dropped('lapped').set(account.lost);
    hop.inFlight.set(account.inFlight);
  }

  /** The hop from the delivered runs to the books: `in` by the run, `out` tick by tick. */
  books(): HopCounters {
    return new HopCounters(this.#table, `books.${this.#ring}`, 'tick');
  }

  snapshot(): CounterSnapshot {
    return readCounters(new Uint8Array(this.#memory));
  }
}

/** The counters of both sides of a replay. */
export function replayAccounting(ringDir: string, reader: ReaderAccounts): Accounting {
  const services = new Map(readAccounting(ringDir).services);
  services.set('replay', reader.snapshot());
  return { services };
}

/** Hops of a replay in the order of the data. */
export function replayHopNames(vendor: string, ring: string): string[] {
  const reading = [`ring.${ring}.replay`, `books.${ring}`];
  if (vendor === 'ticks') return ['file.ticks', ...reading];
  const file = `file.${vendor}`;
  // Captures of KuCoin have answers to requests beside the frames.
  const files = vendor === 'kucoin' ? [file, `${file}.rest`] : [file];
  return [...files, `${vendor}.parse`, `${vendor}.normalise`, ...reading];
}
