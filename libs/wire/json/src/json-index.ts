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
import { JsonText, QUOTE } from './json-text.ts';
import { standsAt } from './stands-at.ts';
import { ValueKind } from './value-kind.ts';
import { WantedObject, withObjectsOnTheWay } from './wanted-object.ts';
import type { WantedKey } from './wanted-object.ts';

export const DEPTH_MAX = 64;

/** Where `nextObject` is. */
const Listing = { None: 0, BeforeFirst: 1, BehindObject: 2, Ended: 3 } as const;

export class JsonIndex extends JsonText {
  /** Content of the value of each slot: between the quotes, or the whole of it; [start, end). */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** `ValueKind` of each slot. */
  readonly kinds: Uint8Array;
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
    if (this.skipSpace() !== 0x7b) this.fail('BAD_TYPE', 'not an object');
    this.#object(this.#message, 1);
    this.finish();
  }

  /**
   * Begins a text that is an array of objects, for `nextObject`.
   * @throws JsonScanError `TRUNCATED`, `BAD_TYPE` when it is no array.
   */
  openArray(bytes: Uint8Array): void {
    this.#begin(bytes);
    if (this.skipSpace() !== 0x5b) this.fail('BAD_TYPE', 'not an array');
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
    if (byte === 0x5d) return false;
    if (listing === Listing.BehindObject) {
      if (byte !== 0x2c) this.fail('BAD_JSON', 'a comma or ] was expected');
      this.at += 1;
      byte = this.skipSpace();
    }
    if (byte === 0x7b) return true;
    const start = this.at;
    this.#skipValue(1);
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

  /** @param wanted - What is wanted of the object; `undefined` = nothing. */
  #object(wanted: WantedObject | undefined, depth: number): void {
    if (depth > DEPTH_MAX) this.fail('TOO_DEEP', `more than ${DEPTH_MAX} levels`);
    this.at += 1;
    if (this.skipSpace() === 0x7d) {
      this.at += 1;
      return;
    }
    let last = wanted?.start;
    for (;;) {
      if (this.nextByte() !== QUOTE) this.fail('BAD_JSON', 'a key was expected');
      let key: WantedKey | undefined;
      if (wanted === undefined) this.string();
      else key = this.#key(wanted, last as WantedKey);
      if (this.nextByte() !== 0x3a) this.fail('BAD_JSON', 'a colon was expected');
      this.at += 1;
      if (key === undefined) this.#skipValue(depth);
      else {
        last = key;
        this.#noteValue(key, depth);
      }
      const byte = this.nextByte();
      this.at += 1;
      if (byte === 0x7d) return;
      if (byte !== 0x2c) {
        this.at -= 1;
        this.fail('BAD_JSON', 'a comma or } was expected');
      }
    }
  }

  /**
   * Reads a key; `undefined` when it is not wanted. A vendor writes its keys in one order: the one
   * that followed `last` last time is tried first.
   */
  #key(wanted: WantedObject, last: WantedKey): WantedKey | undefined {
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

  #noteValue({ slot, object }: WantedKey, depth: number): void {
    const byte = this.nextByte();
    const start = this.at;
    if (this.kinds[slot] !== ValueKind.Absent) this.#forget(object);
    if (byte === QUOTE) {
      if (this.string()) this.escaped = true;
      this.#note(slot, ValueKind.String, start + 1);
    } else if (byte === 0x7b) {
      this.#object(object, depth + 1);
      this.#note(slot, ValueKind.Object, start);
    } else if (byte === 0x5b) {
      this.#array(depth + 1);
      this.#note(slot, ValueKind.Array, start);
    } else {
      const kind = this.bare(byte);
      this.#note(slot, kind, start);
    }
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

  #skipValue(depth: number): void {
    const byte = this.nextByte();
    if (byte === QUOTE) this.string();
    else if (byte === 0x7b) this.#object(undefined, depth + 1);
    else if (byte === 0x5b) this.#array(depth + 1);
    else this.bare(byte);
  }

  #array(depth: number): void {
    if (depth > DEPTH_MAX) this.fail('TOO_DEEP', `more than ${DEPTH_MAX} levels`);
    this.at += 1;
    if (this.skipSpace() === 0x5d) {
      this.at += 1;
      return;
    }
    for (;;) {
      this.#skipValue(depth);
      const byte = this.nextByte();
      this.at += 1;
      if (byte === 0x5d) return;
      if (byte !== 0x2c) {
        this.at -= 1;
        this.fail('BAD_JSON', 'a comma or ] was expected');
      }
    }
  }
}
