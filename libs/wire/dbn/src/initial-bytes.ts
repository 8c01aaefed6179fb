import { HEADER_BYTES, LEVEL_BYTES, LEVEL_FIELDS, WORD_BYTES } from './layouts/index.ts';
import type { Field, RecordLayout } from './layouts/index.ts';

/** A record of which nothing is said yet: its length, and nulls where a field has one. */
export function initialBytes(layout: RecordLayout): Uint8Array {
  const bytes = new Uint8Array(layout.bytes);
  const view = new DataView(bytes.buffer);
  for (const field of layout.fields) {
    if (field.kind === 'levels' || field.kind === 'consolidated') {
      for (let at = 0; at < field.bytes; at += LEVEL_BYTES) {
        // Both kinds of levels have their nulls, the prices, at the same places.
        for (const part of LEVEL_FIELDS) writeInitial(view, part, field.offset + at);
      }
    } else if (field.offset >= HEADER_BYTES || field.name === 'ts_event') {
      writeInitial(view, field, 0);
    }
  }
  view.setUint8(0, layout.bytes / WORD_BYTES);
  return bytes;
}

function writeInitial(view: DataView, field: Field, from: number): void {
  const { bytes, initial } = field;
  if (initial === 0n) return;
  for (let index = 0; index < bytes; index += 1) {
    view.setUint8(from + field.offset + index, Number((initial >> BigInt(8 * index)) & 0xffn));
  }
}
