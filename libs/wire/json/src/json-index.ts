/**
 * Where the wanted fields of one message are: one pass over its bytes that checks the whole text
 * as JSON and notes the place of each value that is wanted, whatever the order of keys, the white
 * space, or the shape of what is not known. No string and no object is made.
 *
 * Keys are looked for only in the objects on the way to a wanted field. A key given twice counts
 * once, the last time, as JSON.parse does.
 */
import { assert } from '@tickwire/core';
import { makeJsonScanError } from './errors.ts';
import type { MakeError } from './errors.ts';
import type { JsonFields } from './json-fields.ts';
import { ARRAY, ARRAY_END, JsonText, OBJECT, OBJECT_END, QUOTE } from './json-text.ts';
import { standsAt } from './stands-at.ts';
import { ValueKind } from './value-kind.ts';
import { WantedObject, withObjectsOnTheWay } from './wanted-object.ts';
import type { WantedKey } from './wanted-object.ts';

/** Where `nextObject` is. */
const Listing = { None: 0, BeforeFirst: 1, BehindObject: 2, Ended: 3 } as const;

/**
 * Fields that the constructor sets are declared only: one that is undefined for a moment has no
 * type that V8 relies on, and every use of it is checked. Measured: 2 to 4 % of a message.
 */
export class JsonIndex extends JsonText {
  /** Content of the value of each slot: between the quotes, or the whole of it; [start, end). */
  declare readonly starts: Int32Array;
  declare readonly ends: Int32Array;
  /** `ValueKind` of each slot. */
  declare readonly kinds: Uint8Array;
  /** A key beside wanted ones, or a wanted string, holds a backslash: see `unescapeJson`. */
  escaped = false;
  /** Of `nextObject`: where its object is; [start, end). */
  objectStart = 0;
  objectEnd = 0;

  readonly #message: WantedObject;
  #listing: number = Listing.None;

  /** @param makeError - What to throw instead of JsonScanError. */
  constructor(fields: JsonFields, makeError: MakeError = makeJsonScanError) {
    super(makeError);
    const paths = withObjectsOnTheWay(fields.names);
    this.#message = new WantedObject(paths);
    this.starts = new Int32Array(paths.length);
    this.ends = new Int32Array(paths.length);
    this.kinds = new Uint8Array(paths.length);
  }

  /**
   * Reads a text that is one object.
   * @throws JsonScanError `TRUNCATED`, `BAD_JSON`, `TOO_DEEP`, or `BAD_TYPE` when it is no object.
   */
  read(bytes: Uint8Array): void {
    this.#begin(bytes);
    if (this.skipSpace() !== OBJECT) this.fail('BAD_TYPE', 'not an object');
    this.#object(this.#message, 1);
    this.finish();
  }

  /**
   * Begins a text that is an array of objects, for `nextObject`.
   * @throws JsonScanError `TRUNCATED`, `BAD_TYPE` when it is no array.
   */
  openArray(bytes: Uint8Array): void {
    this.#begin(bytes);
    if (this.skipSpace() !== ARRAY) this.fail('BAD_TYPE', 'not an array');
    this.at += 1;
    this.#listing = Listing.BeforeFirst;
  }

  /**
   * Reads the next object of the array; false when there is none and the text ended well.
   *
   * An object is checked when its turn comes: those before a fault have been given already. Who
   * wants all or nothing lists the array once for its faults and once more for its objects.
   *
   * @throws JsonScanError as `read`, `BAD_TYPE` when the next value is no object. The array cannot
   *   be gone on with.
   */
  nextObject(): boolean {
    const listing = this.#listing;
    if (listing === Listing.Ended) return false;
    assert(listing !== Listing.None, 'no array is open');
    this.#listing = Listing.None;
    this.#forgetAll();
    if (!this.#hasNext(listing)) {
      this.at += 1;
      this.finish();
      this.#listing = Listing.Ended;
      return false;
    }
    this.objectStart = this.at;
    this.#object(this.#message, 2);
    this.objectEnd = this.at;
    this.#listing = Listing.BehindObject;
    return true;
  }

  /** Whether the array goes on: with an object that starts here, or `]` is here. */
  #hasNext(listing: number): boolean {
    let byte = this.skipSpace();
    if (byte === ARRAY_END) return false;
    if (listing === Listing.BehindObject) {
      this.comma(byte, ']');
      byte = this.skipSpace();
    }
    if (byte === OBJECT) return true;
    const start = this.at;
    this.value(byte, 1);
    this.at = start;
    return this.fail('BAD_TYPE', 'not an object');
  }

  #begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
    this.#listing = Listing.None;
    this.#forgetAll();
  }

  #forgetAll(): void {
    this.kinds.fill(ValueKind.Absent);
    this.escaped = false;
  }

  #object(wanted: WantedObject, depth: number): void {
    this.open(depth);
    if (this.skipSpace() === OBJECT_END) {
      this.at += 1;
      return;
    }
    let last = wanted.start;
    for (;;) {
      const key = this.#key(wanted, last);
      this.colon();
      const byte = this.nextByte();
      if (key === undefined) this.value(byte, depth);
      else {
        last = key;
        const { slot, object } = key;
        const start = this.at;
        if (this.kinds[slot] !== ValueKind.Absent) this.#forget(object);
        if (byte === QUOTE) {
          if (this.string()) this.escaped = true;
          this.#note(slot, ValueKind.String, start + 1);
        } else if (byte === OBJECT && object !== undefined) {
          this.#object(object, depth + 1);
          this.#note(slot, ValueKind.Object, start);
        } else this.#note(slot, this.value(byte, depth), start);
      }
      const next = this.nextByte();
      if (next === OBJECT_END) break;
      this.comma(next, '}');
    }
    this.at += 1;
  }

  /**
   * Reads a key; `undefined` when it is not wanted. A vendor writes its keys in one order: the one
   * that followed `last` last time is tried first.
   */
  #key(wanted: WantedObject, last: WantedKey): WantedKey | undefined {
    if (this.nextByte() !== QUOTE) this.fail('BAD_JSON', 'a key was expected');
    const bytes = this.bytes;
    const start = this.at + 1;
    const likely = last.next;
    if (likely !== undefined) {
      const expected = likely.bytes;
      const end = start + expected.length;
      if (end < this.end && bytes[end] === QUOTE && standsAt(expected, bytes, start)) {
        this.at = end + 1;
        return likely;
      }
    }
    if (this.string()) {
      this.escaped = true;
      return undefined;
    }
    const key = wanted.find(bytes, start, this.at - 1 - start);
    if (key !== undefined) last.next = key;
    return key;
  }

  /** The value ends here; a string before its quote. */
  #note(slot: number, kind: number, start: number): void {
    this.kinds[slot] = kind;
    this.starts[slot] = start;
    this.ends[slot] = kind === ValueKind.String ? this.at - 1 : this.at;
  }

  /** A second value of a key replaces the first one with all that was in it. */
  #forget(object: WantedObject | undefined): void {
    if (object === undefined) return;
    for (const slot of object.slots) this.kinds[slot] = ValueKind.Absent;
  }
}
