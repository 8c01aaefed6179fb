/** The fields of the message at hand, by slot, each with the rules for its kind of value. */
import { makeJsonScanError } from './errors.ts';
import type { FieldFault, MakeError } from './errors.ts';
import type { JsonFields } from './json-fields.ts';
import { JsonIndex } from './json-index.ts';
import { NumberScanner } from './number-scanner.ts';
import { standsAt } from './stands-at.ts';
import { unescapeJson } from './unescape-json.ts';
import { ValueKind } from './value-kind.ts';

const BACKSLASH = 0x5c;

export class JsonReader {
  readonly scan = new NumberScanner();
  /** The bytes the places refer to: as given, or a copy without needless escapes. */
  bytes: Uint8Array = new Uint8Array(0);
  /** By slot, of the message at hand: see `JsonIndex`, also for `declare`. */
  declare protected kinds: Uint8Array;
  declare protected starts: Int32Array;
  declare protected ends: Int32Array;
  /** What the message at hand was read by. */
  declare protected index: JsonIndex;
  /** Where the message at hand ends in `bytes`. */
  #end = 0;
  #array: Uint8Array = this.bytes;
  readonly #fields: JsonFields;
  readonly #makeError: MakeError;
  readonly #given: JsonIndex;
  /** Of copies: an array that is being listed goes on behind the message at hand. */
  readonly #copied: JsonIndex;

  /** @param makeError - What to throw instead of JsonScanError. */
  constructor(fields: JsonFields, makeError: MakeError = makeJsonScanError) {
    this.#fields = fields;
    this.#makeError = makeError;
    this.#given = new JsonIndex(fields, makeError);
    this.#copied = new JsonIndex(fields, makeError);
    this.index = this.#given;
    this.kinds = this.index.kinds;
    this.starts = this.index.starts;
    this.ends = this.index.ends;
  }

  /**
   * Reads a text that is one object.
   * @throws JsonScanError of `JsonIndex.read`.
   */
  read(bytes: Uint8Array): void {
    this.#use(this.#given, bytes, bytes.length);
    this.#given.read(bytes);
    if (this.#given.escaped) this.#readCopy(bytes);
  }

  /**
   * Begins a text that is an array of objects, for `nextObject`.
   * @throws JsonScanError of `JsonIndex.openArray`.
   */
  openArray(bytes: Uint8Array): void {
    this.#array = bytes;
    this.#use(this.#given, bytes, bytes.length);
    this.#given.openArray(bytes);
  }

  /**
   * Makes the next object of the array the message at hand; false when there is none.
   * @throws JsonScanError of `JsonIndex.nextObject`, which says what that means for the array.
   */
  nextObject(): boolean {
    const index = this.#given;
    this.#use(index, this.#array, this.#array.length);
    const found = index.nextObject();
    this.#end = index.objectEnd;
    if (found && index.escaped) {
      this.#readCopy(this.#array.subarray(index.objectStart, index.objectEnd));
    }
    return found;
  }

  #readCopy(message: Uint8Array): void {
    const bytes = unescapeJson(message);
    this.#use(this.#copied, bytes, bytes.length);
    this.#copied.read(bytes);
  }

  #use(index: JsonIndex, bytes: Uint8Array, end: number): void {
    this.index = index;
    this.kinds = index.kinds;
    this.starts = index.starts;
    this.ends = index.ends;
    this.bytes = bytes;
    this.#end = end;
  }

  /** `ValueKind` of the value in `slot`. */
  kind(slot: number): number {
    return this.kinds[slot] as number;
  }

  /** Where the value in `slot` is in `bytes`: between its quotes, or the whole of it. */
  start(slot: number): number {
    return this.starts[slot] as number;
  }

  end(slot: number): number {
    return this.ends[slot] as number;
  }

  /** Whether there is no value in `slot`: no such key, or null. */
  isAbsent(slot: number): boolean {
    const kind = this.kind(slot);
    return kind === ValueKind.Absent || kind === ValueKind.Null;
  }

  /** Requires a value of `kind` in `slot`. @throws `MISSING_FIELD`, `BAD_TYPE`. */
  need(slot: number, kind: ValueKind): void {
    const found = this.kind(slot);
    if (found === kind) return;
    this.fail(found === ValueKind.Absent ? 'MISSING_FIELD' : 'BAD_TYPE', slot);
  }

  /** Requires a string or a number. @throws `MISSING_FIELD`, `BAD_TYPE`. */
  needScalar(slot: number): void {
    const found = this.kind(slot);
    if (found === ValueKind.String || found === ValueKind.Number) return;
    this.fail(found === ValueKind.Absent ? 'MISSING_FIELD' : 'BAD_TYPE', slot);
  }

  /**
   * The text of a string, or of any other value as it is written; empty when there is none. Makes a
   * string: for rare messages only.
   */
  text(slot: number): string {
    const kind = this.kind(slot);
    if (kind === ValueKind.Absent) return '';
    const content = this.bytes.subarray(this.start(slot), this.end(slot));
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
    if (kind !== ValueKind.String || !content.includes(BACKSLASH)) return text;
    return JSON.parse(`"${text}"`) as string;
  }

  /** Whether there is a value in `slot`, a string say, that is exactly `expected`. */
  is(slot: number, expected: Uint8Array): boolean {
    if (this.kind(slot) === ValueKind.Absent) return false;
    const start = this.start(slot);
    return this.end(slot) - start === expected.length && standsAt(expected, this.bytes, start);
  }

  /**
   * A decimal without sign, as number or text, into `scan.mantissa` and `scan.digits`.
   * @throws `MISSING_FIELD`, `BAD_TYPE`, `BAD_FIELD`, `OUT_OF_RANGE`, `NEGATIVE`.
   */
  decimal(slot: number): void {
    this.needScalar(slot);
    const fault = this.scan.decimal(this.bytes, this.start(slot), this.end(slot));
    if (fault !== undefined) this.fail(fault, slot);
  }

  /**
   * A whole number up to 2^53 − 1, as number or text.
   * @throws `MISSING_FIELD`, `BAD_TYPE`, `BAD_FIELD`, `OUT_OF_RANGE`.
   */
  integer(slot: number): number {
    this.needScalar(slot);
    const fault = this.scan.integer(this.bytes, this.start(slot), this.end(slot));
    if (fault !== undefined) this.fail(fault, slot);
    return this.scan.whole;
  }

  /**
   * A whole number below 2^64, as number or text, into `scan.hi` and `scan.lo`.
   * @throws `MISSING_FIELD`, `BAD_TYPE`, `BAD_FIELD`, `OUT_OF_RANGE`.
   */
  u64(slot: number): void {
    this.needScalar(slot);
    const fault = this.scan.u64(this.bytes, this.start(slot), this.end(slot));
    if (fault !== undefined) this.fail(fault, slot);
  }

  /** Refuses the message for what is in `slot`. @throws JsonScanError */
  fail(code: FieldFault, slot: number): never {
    throw this.#makeError(code, {
      field: this.#fields.nameOf(slot),
      offset: this.offsetOf(slot),
    });
  }

  /** Where a fault of `slot` is: at its value, or at the end of the message that lacks it. */
  protected offsetOf(slot: number): number {
    return this.kind(slot) === ValueKind.Absent ? this.#end : this.start(slot);
  }
}
