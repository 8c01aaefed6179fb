import { StreamState } from '@tickwire/core';
import type { GapRecord, StreamChange } from '@tickwire/domain-feed';
import { mappedSymbol } from '@tickwire/venue-databento';
import type { LiveRecord, MissingRecords, RecordTarget } from '@tickwire/venue-databento';
import { RecordCopies } from '@tickwire/wire-dbn';
import type { SymbolMappingRecord } from '@tickwire/wire-dbn';
import { recordMessage, typeOf } from './messages.ts';
import type { GapMessage, LiveMessage, StateMessage } from './messages.ts';

/** Gives a record as it lies, or its message. */
export interface MessageTaker {
  /** The record is valid during the call. `undefined`: it is copied, and given as a message. */
  readonly onRecord?: ((record: LiveRecord, symbol: string | undefined) => void) | undefined;
  readonly message: (message: LiveMessage, recordBytes: number) => void;
}

const STATES: Readonly<Partial<Record<StreamState, StateMessage['state']>>> = {
  [StreamState.Live]: 'live',
  [StreamState.Recovering]: 'recovering',
  [StreamState.Gap]: 'gap',
  [StreamState.Closed]: 'closed',
};

const NOTICED = new Set(['sequence', 'disconnect', 'overflow']);

/** What a session gives, as messages in its order. */
export class MessageTarget implements RecordTarget {
  /** By instrument id, of the mappings so far. */
  readonly symbols = new Map<number, string>();
  readonly #taker: MessageTaker;
  readonly #copies = new RecordCopies();

  constructor(taker: MessageTaker) {
    this.#taker = taker;
  }

  onMapping(mapping: SymbolMappingRecord): void {
    this.symbols.set(mapping.instrumentId, mappedSymbol(mapping));
  }

  onRecord(record: LiveRecord): void {
    const symbol = this.symbols.get(record.view.getUint32(record.offset + 4, true));
    const { onRecord, message } = this.#taker;
    if (onRecord !== undefined) {
      onRecord(record, symbol);
      return;
    }
    const type = typeOf(record.rtype);
    if (type === undefined) return;
    message(recordMessage(type, symbol, this.#copies.of(record)), record.length);
  }

  onChannel({ state }: StreamChange): void {
    const told = STATES[state];
    if (told !== undefined) this.#taker.message({ type: 'state', state: told }, 0);
  }

  onMissing(_missing: MissingRecords): void {
    // Told as a gap of the ledger.
  }

  doubtBooks(): void {
    // There are none.
  }

  publish(): void {
    // Messages are given as they come.
  }

  symbolOf(instrumentId: number): string | undefined {
    return this.symbols.get(instrumentId);
  }

  readonly onGap = (record: Readonly<GapRecord>): void => {
    const { id, state, symbol, noticedBy, missing, fromTs, noticedTs, repairedBy } = record;
    this.#taker.message(
      {
        ...{ type: 'gap', id, state, symbol, missing },
        noticedBy: NOTICED.has(noticedBy) ? (noticedBy as GapMessage['noticedBy']) : 'other',
        from: fromTs === undefined ? undefined : BigInt(fromTs),
        noticed: BigInt(noticedTs),
        repairedBy: repairedBy === 'reset' ? undefined : repairedBy,
      },
      0,
    );
  };
}
