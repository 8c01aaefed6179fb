/**
 * Where the fields of one KuCoin message are: one pass over its bytes that checks the whole text
 * as JSON and notes the place of each value we may want, whatever the order of keys, the white
 * space, or the shape of what we do not know. No string and no object is made.
 *
 * Known keys are looked for in three places: the message itself, its `data`, and `data.changes`.
 * A key given twice counts once, the last time, as JSON.parse does.
 */
import { KucoinDecodeError } from './errors.ts';
import type { RejectReason } from './errors.ts';

const TOP = 0;
const DATA = 1;
const CHANGES = 2;
const UNKNOWN = 3;

/** Names of the fields that have a slot, by the object they are in. */
const TOP_KEYS = ['type', 'topic', 'subject', 'data', 'id', 'code', 'msg'] as const;
const DATA_KEYS = [
  'sequence',
  'sequenceStart',
  'sequenceEnd',
  'symbol',
  'changes',
  'time',
  'Time',
  'timestamp',
  'bestBid',
  'bestBidSize',
  'bestAsk',
  'bestAskSize',
  'price',
  'size',
  'side',
  'type',
  'tradeId',
  'asks',
  'bids',
] as const;
const CHANGES_KEYS = ['asks', 'bids'] as const;

const FIELDS = [
  ...TOP_KEYS,
  ...DATA_KEYS.map((key) => `data.${key}` as const),
  ...CHANGES_KEYS.map((key) => `data.changes.${key}` as const),
];
export const FIELD_COUNT = FIELDS.length;
export type FieldName = (typeof FIELDS)[number];

/** The number of a field's slot: `slotOf('data.sequence')`. Resolve once, not per message. */
export const slotOf = (field: FieldName): number => FIELDS.indexOf(field);
export const fieldOf = (slot: number): string => FIELDS[slot] ?? 'message';

/** What stands in a slot. */
export const ValueKind = {
  Absent: 0,
  String: 1,
  Number: 2,
  Object: 3,
  Array: 4,
  True: 5,
  False: 6,
  Null: 7,
} as const;
export type ValueKind = (typeof ValueKind)[keyof typeof ValueKind];

export const DEPTH_MAX = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DATA_SLOT = slotOf('data');
const CHANGES_SLOT = slotOf('data.changes');

/** Keys by a hash of length and three of their bytes; found at start so that none collide. */
const KEYS = [...new Set<string>([...TOP_KEYS, ...DATA_KEYS, ...CHANGES_KEYS])];
const KEY_BYTES = KEYS.map((key) => new TextEncoder().encode(key));
const HASH_SIZE = 256;

type KeyHash = (bytes: Uint8Array, start: number, length: number) => number;
const makeHash =
  (factor: number): KeyHash =>
  (bytes, start, length) => {
    const first = bytes[start] as number;
    const middle = bytes[start + (length >>> 1)] as number;
    const last = bytes[start + length - 1] as number;
    return (length * 5 + first * 3 + middle * factor + last * 11) & (HASH_SIZE - 1);
  };
const { hash: HASH_KEY, table: KEY_AT } = makeKeyTable();
const SLOT_AT = makeSlotTable();
/** One for what follows each key, and one for the first of an object. */
const GUESSES_PER_CONTEXT = KEYS.length + 1;

export class MessageIndex {
  /** Content of the value of each slot: between the quotes, or the whole of it; [start, end). */
  readonly starts = new Int32Array(FIELDS.length);
  readonly ends = new Int32Array(FIELDS.length);
  readonly kinds = new Uint8Array(FIELDS.length);
  /** A key or a noted string holds a backslash: see `unescapeFrame`. */
  escaped = false;

  /** By context and key: the key that came next last time; −1 = none yet. */
  readonly #guesses = new Int8Array(3 * GUESSES_PER_CONTEXT).fill(-1);
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;

  /**
   * Reads one message.
   * @throws KucoinDecodeError `TRUNCATED`, `BAD_JSON`, `TOO_DEEP`, or `BAD_TYPE` when the text is
   *   not an object.
   */
  read(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#at = 0;
    this.#end = bytes.length;
    this.kinds.fill(ValueKind.Absent);
    this.escaped = false;
    if (this.#skipSpace() !== 0x7b) this.#fail('BAD_TYPE', 'not an object');
    this.#object(TOP, 1);
    while (this.#at < this.#end) {
      if (!isSpace(bytes[this.#at] as number)) this.#fail('BAD_JSON', 'text behind the end');
      this.#at += 1;
    }
  }

  #fail(code: RejectReason, detail: string): never {
    throw new KucoinDecodeError(code, { field: 'message', offset: this.#at, detail });
  }

  /** The next byte that is no white space, not consumed. A vendor's text rarely has any. */
  #next(): number {
    const byte = this.#at < this.#end ? (this.#bytes[this.#at] as number) : 0;
    return byte > 0x20 ? byte : this.#skipSpace();
  }

  #skipSpace(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < this.#end) {
      const byte = bytes[at] as number;
      if (byte > 0x20) {
        this.#at = at;
        return byte;
      }
      if (!isSpace(byte)) break;
      at += 1;
    }
    this.#at = at;
    return at < this.#end ? (bytes[at] as number) : this.#fail('TRUNCATED', 'more was expected');
  }

  #object(context: number, depth: number): void {
    if (depth > DEPTH_MAX) this.#fail('TOO_DEEP', `more than ${DEPTH_MAX} levels`);
    this.#at += 1;
    if (this.#skipSpace() === 0x7d) {
      this.#at += 1;
      return;
    }
    // A vendor writes its keys in one order: the key that followed last time is tried first.
    let guess = context * GUESSES_PER_CONTEXT + KEYS.length;
    for (;;) {
      if (this.#next() !== QUOTE) this.#fail('BAD_JSON', 'a key was expected');
      const key = context === UNKNOWN ? this.#unknownKey() : this.#key(guess);
      const slot = key < 0 ? -1 : (SLOT_AT[context * KEYS.length + key] as number);
      if (key >= 0) guess = context * GUESSES_PER_CONTEXT + key;
      if (this.#next() !== 0x3a) this.#fail('BAD_JSON', 'a colon was expected');
      this.#at += 1;
      if (slot < 0) this.#skipValue(depth);
      else this.#noteValue(slot, depth);
      const byte = this.#next();
      this.#at += 1;
      if (byte === 0x7d) return;
      if (byte !== 0x2c) {
        this.#at -= 1;
        this.#fail('BAD_JSON', 'a comma or } was expected');
      }
    }
  }

  #unknownKey(): number {
    this.#string();
    return -1;
  }

  /** Reads a key; its number, or −1 when it is none of ours. `guess`: see `#object`. */
  #key(guess: number): number {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    const likely = this.#guesses[guess] as number;
    if (likely >= 0) {
      const expected = KEY_BYTES[likely] as Uint8Array;
      const end = start + expected.length;
      if (end < this.#end && bytes[end] === QUOTE && stands(expected, bytes, start)) {
        this.#at = end + 1;
        return likely;
      }
    }
    if (this.#string()) {
      this.escaped = true;
      return -1;
    }
    const length = this.#at - 1 - start;
    if (length < 2 || length > 16) return -1;
    const key = KEY_AT[HASH_KEY(bytes, start, length)] as number;
    if (key < 0) return -1;
    const expected = KEY_BYTES[key] as Uint8Array;
    if (expected.length !== length || !stands(expected, bytes, start)) return -1;
    this.#guesses[guess] = key;
    return key;
  }

  #noteValue(slot: number, depth: number): void {
    const byte = this.#next();
    const start = this.#at;
    if (byte === QUOTE) {
      if (this.#string()) this.escaped = true;
      this.#note(slot, ValueKind.String, start + 1);
    } else if (byte === 0x7b) {
      if (slot === DATA_SLOT) {
        this.#forgetData();
        this.#object(DATA, depth + 1);
      } else if (slot === CHANGES_SLOT) {
        this.kinds.fill(ValueKind.Absent, CHANGES_SLOT_FIRST);
        this.#object(CHANGES, depth + 1);
      } else this.#object(UNKNOWN, depth + 1);
      this.#note(slot, ValueKind.Object, start);
    } else if (byte === 0x5b) {
      this.#array(depth + 1);
      this.#note(slot, ValueKind.Array, start);
    } else {
      const kind = this.#bare(byte);
      this.#note(slot, kind, start);
    }
  }

  /** The value ends here; a string before its quote. */
  #note(slot: number, kind: number, start: number): void {
    this.kinds[slot] = kind;
    this.starts[slot] = start;
    this.ends[slot] = kind === ValueKind.String ? this.#at - 1 : this.#at;
  }

  /** A second `data` replaces the first one as a whole. */
  #forgetData(): void {
    if (this.kinds[DATA_SLOT] !== ValueKind.Absent) {
      this.kinds.fill(ValueKind.Absent, TOP_KEYS.length);
    }
  }

  #skipValue(depth: number): void {
    const byte = this.#next();
    if (byte === QUOTE) this.#string();
    else if (byte === 0x7b) this.#object(UNKNOWN, depth + 1);
    else if (byte === 0x5b) this.#array(depth + 1);
    else this.#bare(byte);
  }

  #array(depth: number): void {
    if (depth > DEPTH_MAX) this.#fail('TOO_DEEP', `more than ${DEPTH_MAX} levels`);
    this.#at += 1;
    if (this.#skipSpace() === 0x5d) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#skipValue(depth);
      const byte = this.#next();
      this.#at += 1;
      if (byte === 0x5d) return;
      if (byte !== 0x2c) {
        this.#at -= 1;
        this.#fail('BAD_JSON', 'a comma or ] was expected');
      }
    }
  }

  /** Reads the string that starts here; true when it holds a backslash. */
  #string(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let escaped = false;
    let at = this.#at + 1;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte > QUOTE && byte !== BACKSLASH) {
        at += 1;
      } else if (byte === QUOTE) {
        this.#at = at + 1;
        return escaped;
      } else if (byte === BACKSLASH) {
        escaped = true;
        at = this.#escape(at);
      } else if (byte < 0x20) {
        this.#at = at;
        this.#fail('BAD_JSON', 'a control character in a string');
      } else at += 1;
    }
    this.#at = end;
    return this.#fail('TRUNCATED', 'in a string');
  }

  /** Checks the escape at `at`; the place behind it. */
  #escape(at: number): number {
    const bytes = this.#bytes;
    this.#at = at;
    if (at + 1 >= this.#end) this.#fail('TRUNCATED', 'in a string');
    const letter = bytes[at + 1] as number;
    if (letter !== 0x75) {
      if (!'"\\/bfnrt'.includes(String.fromCharCode(letter))) this.#fail('BAD_JSON', 'bad escape');
      return at + 2;
    }
    for (let digit = at + 2; digit < at + 6; digit++) {
      if (digit >= this.#end) this.#fail('TRUNCATED', 'in a string');
      if (!isHex(bytes[digit] as number)) this.#fail('BAD_JSON', 'bad escape');
    }
    return at + 6;
  }

  #bare(byte: number): number {
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return this.#number();
    if (byte === 0x74) return this.#literal('true', ValueKind.True);
    if (byte === 0x66) return this.#literal('false', ValueKind.False);
    if (byte === 0x6e) return this.#literal('null', ValueKind.Null);
    return this.#fail('BAD_JSON', 'a value was expected');
  }

  #literal(text: string, kind: number): number {
    for (let index = 0; index < text.length; index++) {
      if (this.#at + index >= this.#end) this.#fail('TRUNCATED', `in ${text}`);
      if (this.#bytes[this.#at + index] !== text.charCodeAt(index)) {
        this.#fail('BAD_JSON', 'a value was expected');
      }
    }
    this.#at += text.length;
    return kind;
  }

  #number(): number {
    if (this.#bytes[this.#at] === 0x2d) this.#at += 1;
    const first = this.#at;
    this.#digits();
    if (this.#bytes[first] === 0x30 && this.#at > first + 1) {
      this.#fail('BAD_JSON', 'a number with a leading zero');
    }
    if (this.#at < this.#end && this.#bytes[this.#at] === 0x2e) {
      this.#at += 1;
      this.#digits();
    }
    const byte = this.#at < this.#end ? (this.#bytes[this.#at] as number) | 0x20 : 0;
    if (byte === 0x65) {
      this.#at += 1;
      const sign = this.#at < this.#end ? this.#bytes[this.#at] : 0;
      if (sign === 0x2b || sign === 0x2d) this.#at += 1;
      this.#digits();
    }
    return ValueKind.Number;
  }

  #digits(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    while (at < this.#end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
    this.#at = at;
    if (at === start) this.#fail(at === this.#end ? 'TRUNCATED' : 'BAD_JSON', 'digits expected');
  }
}

const CHANGES_SLOT_FIRST = TOP_KEYS.length + DATA_KEYS.length;

/** Whether `expected` stands at `start`; the caller knows that it fits. */
function stands(expected: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < expected.length; at++) {
    if (bytes[start + at] !== expected[at]) return false;
  }
  return true;
}

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

function makeKeyTable(): { hash: KeyHash; table: Int8Array } {
  for (let factor = 1; factor < HASH_SIZE; factor += 2) {
    const hash = makeHash(factor);
    const table = new Int8Array(HASH_SIZE).fill(-1);
    const free = KEY_BYTES.every((key, index) => {
      const at = hash(key, 0, key.length);
      if (table[at] !== -1) return false;
      table[at] = index;
      return true;
    });
    if (free) return { hash, table };
  }
  throw new Error('no factor keeps the keys apart');
}

function makeSlotTable(): Int8Array {
  const table = new Int8Array(4 * KEYS.length).fill(-1);
  const place = (context: number, keys: readonly string[], prefix: string): void => {
    for (const key of keys) {
      table[context * KEYS.length + KEYS.indexOf(key)] = FIELDS.findIndex(
        (field) => field === `${prefix}${key}`,
      );
    }
  };
  place(TOP, TOP_KEYS, '');
  place(DATA, DATA_KEYS, 'data.');
  place(CHANGES, CHANGES_KEYS, 'data.changes.');
  return table;
}
