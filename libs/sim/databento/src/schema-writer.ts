import type { RecordView } from '@tickwire/wire-dbn';
import type { EventStamp } from './event-stamp.ts';
import type { RecordLog, RecordPlace } from './record-log.ts';
import { schemaCode } from './schema-codes.ts';
import type { MadeSchema } from './schema-codes.ts';

/** GLBX.MDP3 of CME Globex. */
export const PUBLISHER_ID = 1;

/** Writes records of one schema into the log; `record` stays on the last one. */
export class SchemaWriter<View extends RecordView> {
  readonly record: View;
  readonly #log: RecordLog;
  readonly #place: RecordPlace;

  constructor(of: {
    readonly log: RecordLog;
    readonly record: View;
    readonly schema: MadeSchema;
    readonly rtype: number;
  }) {
    this.#log = of.log;
    this.record = of.record;
    this.#place = { rtype: of.rtype, schema: schemaCode(of.schema), instrument: 0 };
  }

  /** Begins a record with its header. */
  begin(stamp: EventStamp): View {
    this.#place.instrument = stamp.instrument.index;
    this.#log.begin(this.record, this.#place, stamp.atNs);
    this.record.setPublisherId(PUBLISHER_ID).setInstrumentId(stamp.instrument.id);
    this.record.setTsEventWords(stamp.event.hi, stamp.event.lo);
    return this.record;
  }
}
