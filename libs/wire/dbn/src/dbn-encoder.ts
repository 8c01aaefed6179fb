import { DbnError } from './errors.ts';
import { initialBytes } from './initial-bytes.ts';
import { TS_OUT_BYTES, WORD_BYTES } from './layouts/index.ts';
import type { RecordLayout } from './layouts/index.ts';
import { metadataBytes, writeMetadata } from './metadata-writer.ts';
import type { DbnMetadata } from './metadata.ts';
import { layoutIn } from './record-table.ts';
import type { RecordPlace } from './record-json.ts';
import type { RecordView } from './record-view.ts';

export interface DbnEncoderOptions {
  /** Of DBN. Default 3. */
  readonly version?: 1 | 2 | 3;
  /** Whether each record ends with the time at which it was sent. Default false. */
  readonly tsOut?: boolean;
}

/**
 * Writes DBN into a buffer of the caller, one thing behind the other:
 *
 *   if (!encoder.begin(mbo, RType.Mbo)) {
 *     send(encoder.written);
 *     encoder.clear();
 *     encoder.begin(mbo, RType.Mbo);
 *   }
 *   mbo.setInstrumentId(5482).setTsEventWords(hi, lo).setPrice(3_722_750_000_000);
 *
 * A full buffer is a return value, not an error. Nothing is allocated per record.
 */
export class DbnEncoder {
  readonly version: number;
  readonly #tsOutBytes: number;
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  /** By layout, of those that were begun. */
  readonly #initial = new Map<RecordLayout, Uint8Array>();
  #length = 0;

  constructor(buffer: Uint8Array, options: DbnEncoderOptions = {}) {
    this.version = options.version ?? 3;
    this.#tsOutBytes = options.tsOut === true ? TS_OUT_BYTES : 0;
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  /** What has been written since the last `clear`, in place. */
  get written(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  /** Begins at the first byte of the buffer again. */
  clear(): void {
    this.#length = 0;
  }

  /**
   * Writes what stands before the records. Its version and `tsOut` are those of the encoder.
   *
   * @throws DbnError `NO_SPACE` when the buffer is too small (`metadataBytes` says what it takes),
   *   `BAD_TEXT`, `OUT_OF_RANGE`, `WRONG_RECORD` for metadata of another version.
   */
  metadata(metadata: DbnMetadata): void {
    const tsOut = this.#tsOutBytes > 0;
    if (metadata.version !== this.version || metadata.tsOut !== tsOut) {
      const given = `version ${metadata.version}, ts_out ${metadata.tsOut}`;
      const detail = `${given}; the encoder has version ${this.version}, ts_out ${tsOut}`;
      throw new DbnError('WRONG_RECORD', this.#length, { field: 'version', detail });
    }
    const bytes = metadataBytes(metadata);
    const left = this.#buffer.length - this.#length;
    if (bytes > left) {
      const detail = `metadata of ${bytes} bytes, ${left} are left`;
      throw new DbnError('NO_SPACE', this.#length, { detail });
    }
    writeMetadata(this.#buffer.subarray(this.#length, this.#length + bytes), metadata);
    this.#length += bytes;
  }

  /**
   * Begins a record: length and rtype stand, all else is null or 0. `record` is moved to it, to be
   * filled until the next call.
   *
   * @returns false when the buffer has no room for it; nothing is written then.
   * @throws DbnError `WRONG_RECORD` when that is not the class of the rtype in the version.
   */
  begin(record: RecordView, rtype: number): boolean {
    const { layout } = record;
    if (!this.#takes(layout, rtype)) throw this.#wrongRecord(layout, rtype);
    const at = this.#length;
    const bytes = layout.bytes + this.#tsOutBytes;
    if (at + bytes > this.#buffer.length) return false;
    this.#buffer.set(this.#initial.get(layout) ?? this.#firstOf(layout), at);
    const view = this.#view;
    view.setUint8(at, bytes / WORD_BYTES);
    view.setUint8(at + 1, rtype);
    if (this.#tsOutBytes > 0) {
      view.setUint32(at + layout.bytes, 0xffff_ffff, true);
      view.setUint32(at + layout.bytes + 4, 0xffff_ffff, true);
    }
    record.wrap(view, at);
    this.#length = at + bytes;
    return true;
  }

  /**
   * Takes a record as it is, for example that on which a decoder stands.
   *
   * @returns false when the buffer has no room for it; nothing is written then.
   * @throws DbnError `WRONG_RECORD` for one that is not of the version, or with `ts_out` where the
   *   stream has none, or the other way round.
   */
  append(record: RecordPlace): boolean {
    const { view, offset, length, layout } = record;
    const [first, last] = layout.versions;
    if (this.version < first || this.version > last) {
      throw this.#wrongRecord(layout, view.getUint8(offset + 1));
    }
    if (length !== layout.bytes + this.#tsOutBytes) {
      const detail = `${length} bytes, expected ${layout.bytes + this.#tsOutBytes}`;
      throw new DbnError('WRONG_RECORD', this.#length, { field: 'ts_out', detail });
    }
    const at = this.#length;
    if (at + length > this.#buffer.length) return false;
    this.#buffer.set(new Uint8Array(view.buffer, view.byteOffset + offset, length), at);
    this.#length = at + length;
    return true;
  }

  /** Keeps what a record of the layout begins as. */
  #firstOf(layout: RecordLayout): Uint8Array {
    const bytes = initialBytes(layout);
    this.#initial.set(layout, bytes);
    return bytes;
  }

  #takes({ rtypes, versions: [first, last] }: RecordLayout, rtype: number): boolean {
    return this.version >= first && this.version <= last && rtypes.includes(rtype);
  }

  #wrongRecord({ name }: RecordLayout, rtype: number): DbnError {
    const right = layoutIn(this.version, rtype);
    const what = right === undefined ? 'nothing' : `${right.name}Record`;
    const detail = `${name}Record for rtype ${rtype}: version ${this.version} has ${what} for it`;
    return new DbnError('WRONG_RECORD', this.#length, { field: 'rtype', detail });
  }
}
