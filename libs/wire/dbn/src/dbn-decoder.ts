import { DbnError } from './errors.ts';
import { START_BYTES } from './foreign-format.ts';
import { HEADER_BYTES, RECORD_LAYOUTS, WORD_BYTES } from './layouts/index.ts';
import type { RecordLayout } from './layouts/index.ts';
import { readMetadata } from './metadata-reader.ts';
import { DBN_VERSION_MAX, PRELUDE_BYTES, SYMBOL_BYTES } from './metadata.ts';
import type { DbnMetadata } from './metadata.ts';
import { PartialBytes } from './partial-bytes.ts';
import { MAGIC_BYTES, isDbn, notDbn, readPrelude } from './prelude.ts';
import { RecordTable } from './record-table.ts';
import { RecordUpgrade } from './record-upgrade.ts';

const RECORD_BYTES_MAX = 0xff * WORD_BYTES;
const METADATA_BYTES_MAX_DEFAULT = 256 * 1024 * 1024;

/** Records in the layout of their sender's version, or all in that of version 3. */
export type UpgradePolicy = 'asIs' | 'upgradeToV3';

export interface DbnDecoderOptions {
  /** Default `asIs`. */
  readonly upgrade?: UpgradePolicy;
  /** Records without metadata before them, of one version if it is given. */
  readonly fragment?: { readonly version?: 1 | 2 | 3 };
  /** Metadata above this are refused: they are held until they are whole. Default 256 MiB. */
  readonly metadataBytesMax?: number;
  /** Told of each record that is passed over because its length is none that its rtype has. */
  readonly onDamaged?: (error: DbnError) => void;
}

/** Records that came in = records + unknown + damaged. */
export interface DbnCounts {
  records: number;
  /** Records of rtypes that nobody knows, passed over by their lengths. */
  unknown: number;
  /** Records of known rtypes whose lengths are none of theirs, passed over as well. */
  damaged: number;
}

/**
 * Reads DBN of versions 1 to 3 as it comes, in pieces of any size. It knows bytes only.
 *
 *   decoder.push(piece);
 *   while (decoder.next()) {
 *     if (decoder.rtype === RType.Mbo) mbo.wrap(decoder.view, decoder.offset);
 *   }
 *   decoder.end(); // when no piece is left
 *
 * Records are read where they lie in the piece; only one that is cut by its end is copied. What is
 * held is bounded by the metadata and one record. Nothing is allocated per record.
 */
export class DbnDecoder {
  readonly counts: DbnCounts = { records: 0, unknown: 0, damaged: 0 };
  /** `undefined` until `next` has read all of them, and for a fragment. */
  metadata: DbnMetadata | undefined;

  // The record on which the decoder stands, valid until the next `next`:

  /** Over the bytes of the record and others. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Of the record in `view`. */
  offset = 0;
  rtype = 0;
  /** In bytes. */
  length = 0;
  layout: RecordLayout = RECORD_LAYOUTS[0]!;
  /** Of the record, from the first byte of the stream; of an upgraded one, where it lay. */
  position = 0;

  readonly #upgrade: RecordUpgrade | undefined;
  readonly #metadataBytesMax: number;
  readonly #onDamaged: ((error: DbnError) => void) | undefined;
  readonly #partial = new PartialBytes(RECORD_BYTES_MAX);
  #table: RecordTable | undefined;
  /** 0 until the prelude is read. */
  #version = 0;
  #failure: DbnError | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = this.view;
  /** Of the piece: where the next record begins, and where it ends, in `#view`. */
  #at = 0;
  #end = 0;
  /** From the first byte of the stream to the end of the piece. */
  #received = 0;

  constructor(options: DbnDecoderOptions = {}) {
    this.#upgrade = options.upgrade === 'upgradeToV3' ? new RecordUpgrade() : undefined;
    this.#metadataBytesMax = options.metadataBytesMax ?? METADATA_BYTES_MAX_DEFAULT;
    this.#onDamaged = options.onDamaged;
    if (options.fragment !== undefined) this.#table = new RecordTable(options.fragment.version);
  }

  /**
   * Takes a piece, which must not change until `next` is false: it is read in place.
   * @throws DbnError `NOT_DRAINED` when `next` has not been false since the last one.
   */
  push(piece: Uint8Array): void {
    if (this.#at < this.#end && this.#failure === undefined) {
      const detail = `${this.#end - this.#at} bytes of the last piece are not read`;
      throw new DbnError('NOT_DRAINED', this.#received, { detail });
    }
    if (piece.buffer !== this.#view.buffer) this.#view = new DataView(piece.buffer);
    this.#bytes = piece;
    this.#at = piece.byteOffset;
    this.#end = piece.byteOffset + piece.length;
    this.#received += piece.length;
  }

  /**
   * Moves to the next record.
   *
   * @returns false when it has not come as a whole.
   * @throws DbnError when the stream cannot be read any further; the same again each time.
   */
  next(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return (this.#table ?? this.#begin()) === undefined ? false : this.#nextRecord();
    } catch (error) {
      if (error instanceof DbnError) this.#failure = error;
      throw error;
    }
  }

  /**
   * Says that no piece will follow. Call it when `next` is false.
   * @throws DbnError `TRUNCATED`, `EMPTY`, `NOT_DBN`.
   */
  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    const begun = this.#partial.length;
    const position = this.#received - begun;
    if (this.#table !== undefined) {
      if (begun === 0) return;
      const detail = `the stream ends ${begun} bytes behind this, within a record`;
      throw this.#fail('TRUNCATED', position, detail);
    }
    if (this.#received === 0) throw this.#fail('EMPTY', 0, 'the stream is empty');
    const start = this.#partial.bytes;
    if (this.#version === 0 && !isDbn(start)) throw (this.#failure = notDbn(start));
    throw this.#fail('TRUNCATED', position, `the stream ends after ${begun} bytes of metadata`);
  }

  /** @returns the table of the version when prelude and metadata have come. */
  #begin(): RecordTable | undefined {
    if (this.#version === 0 && !this.#readStart()) return undefined;
    const partial = this.#partial;
    this.#take(partial.wanted);
    if (partial.length < partial.wanted) return undefined;
    const metadata = readMetadata(this.#version, partial.bytes);
    this.metadata = this.#upgrade === undefined ? metadata : upgraded(metadata);
    partial.release();
    this.#table = new RecordTable(this.#version);
    return this.#table;
  }

  /** @returns whether the prelude has come. */
  #readStart(): boolean {
    const partial = this.#partial;
    this.#take(PRELUDE_BYTES);
    if (partial.length < MAGIC_BYTES) return false;
    if (!isDbn(partial.bytes)) {
      this.#take(START_BYTES);
      if (partial.length < START_BYTES) return false;
      throw notDbn(partial.bytes);
    }
    if (partial.length < PRELUDE_BYTES) return false;
    const { version, length } = readPrelude(partial.view, this.#metadataBytesMax);
    this.#version = version;
    partial.begin(length);
    return true;
  }

  /** Moves bytes of the piece to those that are held, until there are so many. */
  #take(count: number): void {
    const taken = Math.min(count - this.#partial.length, this.#end - this.#at);
    if (taken <= 0) return;
    const from = this.#at - this.#bytes.byteOffset;
    this.#partial.append(this.#bytes.subarray(from, from + taken));
    this.#at += taken;
  }

  #nextRecord(): boolean {
    for (;;) {
      if (this.#partial.length > 0) {
        if (!this.#completePartial()) return false;
      } else if (!this.#placeInPiece()) return false;
      if (this.#classify()) {
        this.counts.records += 1;
        return true;
      }
    }
  }

  /** A record that lies in the piece as a whole; otherwise what there is of it is held. */
  #placeInPiece(): boolean {
    const at = this.#at;
    const left = this.#end - at;
    if (left === 0) return false;
    const length = this.#view.getUint8(at) * WORD_BYTES;
    if (length < HEADER_BYTES) throw this.#tooShort(this.#received - left, length);
    if (length > left) {
      this.#partial.begin(length);
      this.#take(length);
      return false;
    }
    this.view = this.#view;
    this.offset = at;
    this.length = length;
    this.position = this.#received - left;
    this.#at = at + length;
    return true;
  }

  #completePartial(): boolean {
    const partial = this.#partial;
    this.#take(partial.wanted);
    if (partial.length < partial.wanted) return false;
    this.view = partial.view;
    this.offset = 0;
    this.length = partial.wanted;
    this.position = this.#received - (this.#end - this.#at) - partial.wanted;
    partial.begin(0);
    return true;
  }

  /** @returns whether the record is one to give. */
  #classify(): boolean {
    const { view, offset, length } = this;
    const table = this.#table!;
    const rtype = view.getUint8(offset + 1);
    this.rtype = rtype;
    const layout = table.layoutOf(rtype, length / WORD_BYTES);
    if (layout === undefined) {
      this.#passOver(table.isKnown(rtype));
      return false;
    }
    this.layout = layout;
    if (this.#upgrade !== undefined) this.#upgradeRecord(this.#upgrade);
    return true;
  }

  #upgradeRecord(upgrade: RecordUpgrade): void {
    const layout = upgrade.apply(this);
    if (layout === undefined) return;
    this.layout = layout;
    this.view = upgrade.view;
    this.offset = 0;
    this.length = upgrade.view.getUint8(0) * WORD_BYTES;
  }

  #passOver(isKnown: boolean): void {
    if (!isKnown) {
      this.counts.unknown += 1;
      return;
    }
    this.counts.damaged += 1;
    if (this.#onDamaged === undefined) return;
    const rtype = this.rtype.toString(16).padStart(2, '0');
    const detail = `${this.length} bytes, which no record of rtype 0x${rtype} has`;
    this.#onDamaged(new DbnError('BAD_RECORD_SIZE', this.position, { field: 'length', detail }));
  }

  #tooShort(position: number, length: number): DbnError {
    const detail = `a record of ${length} bytes, and its header has ${HEADER_BYTES}`;
    return new DbnError('BAD_LENGTH', position, { field: 'length', detail });
  }

  #fail(code: 'TRUNCATED' | 'EMPTY', position: number, detail: string): DbnError {
    this.#failure = new DbnError(code, position, { detail });
    return this.#failure;
  }
}

/** As the metadata of records that are upgraded. */
function upgraded(metadata: DbnMetadata): DbnMetadata {
  const symbolCstrLength = Math.max(metadata.symbolCstrLength, SYMBOL_BYTES);
  return { ...metadata, version: DBN_VERSION_MAX, symbolCstrLength };
}
