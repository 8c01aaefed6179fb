import { RType, RecordFlag } from '@tickwire/wire-dbn';
import type { RecordView } from '@tickwire/wire-dbn';

/** A record where it lies: that of a decoder, or one that was copied. */
export interface LiveRecord {
  readonly layout: RecordView['layout'];
  readonly view: DataView;
  /** Of the record in `view`. */
  readonly offset: number;
  readonly rtype: number;
  /** Bytes, `ts_out` included. */
  readonly length: number;
}

/** Where in a record its identity is; −1 of what it does not have. */
interface IdentityPlaces {
  readonly time: number;
  readonly sequence: number;
  readonly flags: number;
}

const TS_EVENT_OFFSET = 8;
/** Their `ts_event` is that of the last trade; `ts_recv`, the end of the interval, moves on. */
const SAMPLED: ReadonlySet<number> = new Set([
  ...[RType.Bbo1s, RType.Bbo1m, RType.Cbbo1s, RType.Cbbo1m],
]);

/**
 * By what a record is known again when it comes a second time: its schema, publisher and
 * instrument, its time, and the venue's sequence where it has one. One object, moved over records.
 */
export class RecordIdentity {
  rtype = 0;
  publisherId = 0;
  instrumentId = 0;
  /** `ts_event`, ns since the Unix epoch; of sampled quotes `ts_recv`. */
  tsHi = 0;
  tsLo = 0;
  /** 0 of a record that has none. */
  sequence = 0;
  hasSequence = false;
  /** Part of a book as it is, not of what happens: nothing that a replay would bring again. */
  isSnapshot = false;
  readonly #places = new Map<RecordView['layout'], IdentityPlaces>();

  read(record: LiveRecord): this {
    const { view, offset, layout } = record;
    const places = this.#places.get(layout) ?? this.#addPlaces(layout);
    const time = SAMPLED.has(record.rtype) ? places.time : TS_EVENT_OFFSET;
    this.rtype = record.rtype;
    this.publisherId = view.getUint16(offset + 2, true);
    this.instrumentId = view.getUint32(offset + 4, true);
    this.tsHi = view.getUint32(offset + time + 4, true);
    this.tsLo = view.getUint32(offset + time, true);
    this.hasSequence = places.sequence >= 0;
    this.sequence = this.hasSequence ? view.getUint32(offset + places.sequence, true) : 0;
    const flags = places.flags < 0 ? 0 : view.getUint8(offset + places.flags);
    this.isSnapshot = (flags & RecordFlag.Snapshot) !== 0;
    return this;
  }

  #addPlaces(layout: RecordView['layout']): IdentityPlaces {
    const offsetOf = (name: string): number =>
      layout.fields.find((field) => field.name === name)?.offset ?? -1;
    const places = {
      time: Math.max(offsetOf('ts_recv'), TS_EVENT_OFFSET),
      sequence: offsetOf('sequence'),
      flags: offsetOf('flags'),
    };
    this.#places.set(layout, places);
    return places;
  }
}
