import { bytesOfFields, placed, time, u16, u32, u8 } from './field.ts';
import type { Field, FieldSpec } from './field.ts';

/** A record of the versions in which it looks like this. */
export interface RecordLayout {
  /** `Mbo`; the name of its class is this and `Record`. */
  readonly name: string;
  readonly doc: string;
  readonly rtypes: readonly number[];
  /** Of DBN, the first and the last that have it. */
  readonly versions: readonly [first: number, last: number];
  /** The 16 bytes of the header included, `ts_out` not. */
  readonly bytes: number;
  readonly fields: readonly Field[];
}

export const HEADER_BYTES = 16;
/** A record's length is stated in words. */
export const WORD_BYTES = 4;
/** Of `ts_out`, which follows each record of streams that have it. */
export const TS_OUT_BYTES = 8;

/** The header of every record. */
export const HEADER_FIELDS: readonly Field[] = placed([
  u8('length', 'Of the record, in words of 4 bytes, header and `ts_out` included.'),
  u8('rtype', 'What the record is: `RType`.'),
  u16('publisher_id', 'Who published it: dataset and venue.'),
  u32('instrument_id', 'Of the instrument; the same one may have another id tomorrow.'),
  time('ts_event', "Of the event, by the venue's clock."),
]);

export function recordLayout(
  spec: Omit<RecordLayout, 'bytes' | 'fields'> & { readonly body: readonly FieldSpec[] },
): RecordLayout {
  const { body, ...rest } = spec;
  const fields = placed([...HEADER_FIELDS, ...body]);
  return { ...rest, fields, bytes: bytesOfFields(fields) };
}
