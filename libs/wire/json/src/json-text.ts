import type { MakeError, TextFault } from './errors.ts';
import { ValueKind } from './value-kind.ts';

export const DEPTH_MAX = 64;

export const QUOTE = 0x22;
export const OBJECT = 0x7b;
export const ARRAY = 0x5b;
export const OBJECT_END = 0x7d;
export const ARRAY_END = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * A JSON text read from left to right: values are checked and passed over. No byte outside of the
 * text is looked at.
 */
export class JsonText {
  protected bytes: Uint8Array = new Uint8Array(0);
  /** The next byte. */
  protected at = 0;
  protected end = 0;
  readonly #makeError: MakeError;

  constructor(makeError: MakeError) {
    this.#makeError = makeError;
  }

  protected fail(code: TextFault, detail: string): never {
    throw this.#makeError(code, { field: 'message', offset: this.at, detail });
  }

  /** The next byte that is no white space, not consumed. A vendor's text rarely has any. */
  protected nextByte(): number {
    const byte = this.at < this.end ? (this.bytes[this.at] as number) : 0;
    return byte > 0x20 ? byte : this.skipSpace();
  }

  protected colon(): void {
    if (this.nextByte() !== COLON) this.fail('BAD_JSON', 'a colon was expected');
    this.at += 1;
  }

  /** A comma, which `byte` is; expected were it or `closer`. */
  protected comma(byte: number, closer: string): void {
    if (byte !== COMMA) this.fail('BAD_JSON', `a comma or ${closer} was expected`);
    this.at += 1;
  }

  protected skipSpace(): number {
    const bytes = this.bytes;
    let at = this.at;
    while (at < this.end) {
      const byte = bytes[at] as number;
      if (byte > 0x20) {
        this.at = at;
        return byte;
      }
      if (!isSpace(byte)) break;
      at += 1;
    }
    this.at = at;
    return at < this.end ? (bytes[at] as number) : this.fail('TRUNCATED', 'more was expected');
  }

  /** Only white space is left. */
  protected finish(): void {
    while (this.at < this.end) {
      if (!isSpace(this.bytes[this.at] as number)) this.fail('BAD_JSON', 'text behind the end');
      this.at += 1;
    }
  }

  /** Passes over the value that starts here with `byte`, inside of `depth` levels; its kind. */
  protected value(byte: number, depth: number): number {
    if (byte === QUOTE) {
      this.string();
      return ValueKind.String;
    }
    if (byte === ARRAY) {
      this.#array(depth + 1);
      return ValueKind.Array;
    }
    if (byte === OBJECT) {
      this.#object(depth + 1);
      return ValueKind.Object;
    }
    return this.#bare(byte);
  }

  /**
   * `value` is spelled out here and in `#object`: a function that calls itself directly is not
   * inlined into itself, and one that does so by way of another is, in some runs, at the cost of a
   * third of its speed.
   */
  #array(level: number): void {
    this.open(level);
    if (this.skipSpace() !== ARRAY_END) {
      for (;;) {
        const byte = this.nextByte();
        if (byte === QUOTE) this.string();
        else if (byte === ARRAY) this.#array(level + 1);
        else if (byte === OBJECT) this.#object(level + 1);
        else this.#bare(byte);
        const next = this.nextByte();
        if (next === ARRAY_END) break;
        this.comma(next, ']');
      }
    }
    this.at += 1;
  }

  #object(level: number): void {
    this.open(level);
    if (this.skipSpace() !== OBJECT_END) {
      for (;;) {
        if (this.nextByte() !== QUOTE) this.fail('BAD_JSON', 'a key was expected');
        this.string();
        this.colon();
        const byte = this.nextByte();
        if (byte === QUOTE) this.string();
        else if (byte === OBJECT) this.#object(level + 1);
        else if (byte === ARRAY) this.#array(level + 1);
        else this.#bare(byte);
        const next = this.nextByte();
        if (next === OBJECT_END) break;
        this.comma(next, '}');
      }
    }
    this.at += 1;
  }

  /** Goes into the object or array that starts here, which makes `level` levels. */
  protected open(level: number): void {
    if (level > DEPTH_MAX) this.fail('TOO_DEEP', `more than ${DEPTH_MAX} levels`);
    this.at += 1;
  }

  /** Reads the string that starts here; true when it holds a backslash. */
  protected string(): boolean {
    const bytes = this.bytes;
    const end = this.end;
    let at = this.at + 1;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte > QUOTE && byte !== BACKSLASH) at += 1;
      else if (byte === QUOTE) {
        this.at = at + 1;
        return false;
      } else if (byte < 0x20 || byte === BACKSLASH) return this.#escapedString(at);
      else at += 1;
    }
    this.at = end;
    return this.fail('TRUNCATED', 'in a string');
  }

  /**
   * Goes on with a string at its first escape, or refuses it. Apart, so that `string` is small
   * enough to be inlined wherever it is called.
   */
  #escapedString(from: number): boolean {
    const bytes = this.bytes;
    const end = this.end;
    let at = from;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.at = at + 1;
        return true;
      }
      if (byte < 0x20) {
        this.at = at;
        this.fail('BAD_JSON', 'a control character in a string');
      }
      at = byte === BACKSLASH ? this.#escape(at) : at + 1;
    }
    this.at = end;
    return this.fail('TRUNCATED', 'in a string');
  }

  /** Checks the escape at `at`; the place behind it. */
  #escape(at: number): number {
    const bytes = this.bytes;
    this.at = at;
    if (at + 1 >= this.end) this.fail('TRUNCATED', 'in a string');
    const letter = bytes[at + 1] as number;
    if (letter !== 0x75) {
      if (!'"\\/bfnrt'.includes(String.fromCharCode(letter))) this.fail('BAD_JSON', 'bad escape');
      return at + 2;
    }
    for (let digit = at + 2; digit < at + 6; digit++) {
      if (digit >= this.end) this.fail('TRUNCATED', 'in a string');
      if (!isHex(bytes[digit] as number)) this.fail('BAD_JSON', 'bad escape');
    }
    return at + 6;
  }

  /** Reads the number or literal that starts with `byte`; its kind. */
  #bare(byte: number): number {
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return this.#number();
    if (byte === 0x74) return this.#literal('true', ValueKind.True);
    if (byte === 0x66) return this.#literal('false', ValueKind.False);
    if (byte === 0x6e) return this.#literal('null', ValueKind.Null);
    return this.fail('BAD_JSON', 'a value was expected');
  }

  #literal(text: string, kind: number): number {
    for (let index = 0; index < text.length; index++) {
      if (this.at + index >= this.end) this.fail('TRUNCATED', `in ${text}`);
      if (this.bytes[this.at + index] !== text.charCodeAt(index)) {
        this.fail('BAD_JSON', 'a value was expected');
      }
    }
    this.at += text.length;
    return kind;
  }

  #number(): number {
    if (this.bytes[this.at] === 0x2d) this.at += 1;
    const first = this.at;
    this.#digits();
    if (this.bytes[first] === 0x30 && this.at > first + 1) {
      this.fail('BAD_JSON', 'a number with a leading zero');
    }
    if (this.at < this.end && this.bytes[this.at] === 0x2e) {
      this.at += 1;
      this.#digits();
    }
    const byte = this.at < this.end ? (this.bytes[this.at] as number) | 0x20 : 0;
    if (byte === 0x65) {
      this.at += 1;
      const sign = this.at < this.end ? this.bytes[this.at] : 0;
      if (sign === 0x2b || sign === 0x2d) this.at += 1;
      this.#digits();
    }
    return ValueKind.Number;
  }

  #digits(): void {
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    while (at < this.end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
    this.at = at;
    if (at === start) this.fail(at === this.end ? 'TRUNCATED' : 'BAD_JSON', 'digits expected');
  }
}

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
