/**
 * JSON with places: every value knows its line, a name that stands twice is noticed, and a mistake
 * of the text has line and column. `JSON.parse` has none of the three, and repeats the text, with
 * whatever secret is in it, in its messages.
 */

export interface JsonNode {
  /** Without a prototype where it is an object, so that `__proto__` is a name like any other. */
  readonly value: unknown;
  /** From 1. */
  readonly line: number;
  /** Of an object, in the order of the text. */
  readonly members?: readonly JsonMember[];
}

export interface JsonMember {
  readonly name: string;
  readonly node: JsonNode;
}

/** Where the text stops being JSON. */
export class JsonMistake extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, place: { readonly line: number; readonly column: number }) {
    super(message);
    this.line = place.line;
    this.column = place.column;
  }
}

/** Deeper than anything that is a setting, and far from the end of the stack. */
const DEPTH_MAX = 32;
/** So that a file of names, each of which is a mistake, is not looked through name by name. */
const NAMES_MAX = 1_000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Written so that no text makes it look twice: one run, then an escape and one run, and so on.
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** @throws JsonMistake */
export function parseJsonText(text: string): JsonNode {
  const reader = new JsonReader(text);
  const node = reader.value(1);
  reader.end();
  return node;
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #names = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonNode {
    this.#skipSpace();
    if (depth > DEPTH_MAX) throw this.#mistake(`is nested deeper than ${DEPTH_MAX} levels`);
    const line = this.#line;
    const next = this.#text[this.#at];
    if (next === '{') return this.#object(depth);
    if (next === '[') return { value: this.#array(depth), line };
    if (next === '"') return { value: this.#string('a value'), line };
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return { value, line };
    }
    const number = this.#match(NUMBER);
    if (number === undefined) throw this.#unexpected('a value');
    return { value: Number(number), line };
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected('nothing more');
  }

  #object(depth: number): JsonNode {
    const line = this.#line;
    const members: JsonMember[] = [];
    const value = Object.create(null) as Record<string, unknown>;
    this.#items('}', () => {
      const name = this.#string('a name in double quotes');
      if (++this.#names > NAMES_MAX) throw this.#mistake(`has more than ${NAMES_MAX} names`);
      this.#take(':');
      const node = this.value(depth + 1);
      members.push({ name, node });
      value[name] = node.value;
    });
    return { value, line, members };
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#items(']', () => void items.push(this.value(depth + 1).value));
    return items;
  }

  /** From the opening bracket to the closing one. */
  #items(close: string, read: () => void): void {
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    while (true) {
      this.#skipSpace();
      if (this.#text[this.#at] === close) throw this.#mistake('has a comma before the end');
      read();
      this.#skipSpace();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== close) throw this.#unexpected(`"," or "${close}"`);
      this.#at++;
      if (next === close) return;
    }
  }

  #string(expected: string): string {
    this.#skipSpace();
    const quoted = this.#match(STRING);
    if (quoted !== undefined) return JSON.parse(quoted) as string;
    if (this.#text[this.#at] !== '"') throw this.#unexpected(expected);
    throw this.#mistake('has a text that does not end, or with a forbidden character');
  }

  #take(mark: string): void {
    this.#skipSpace();
    if (this.#text[this.#at] !== mark) throw this.#unexpected(`"${mark}"`);
    this.#at++;
  }

  #match(form: RegExp): string | undefined {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #skipSpace(): void {
    for (; ; this.#at++) {
      const next = this.#text[this.#at];
      if (next === '\n') {
        this.#line++;
        this.#lineStart = this.#at + 1;
      } else if (next !== ' ' && next !== '\t' && next !== '\r') return;
    }
  }

  #unexpected(expected: string): JsonMistake {
    const next = this.#text.codePointAt(this.#at);
    if (next === undefined) return this.#mistake(`ends where ${expected} is expected`);
    const mark = String.fromCodePoint(next);
    if (mark === '/' || mark === '#') return this.#mistake('has a comment, which JSON has not');
    return this.#mistake(`has ${JSON.stringify(mark)} where ${expected} is expected`);
  }

  #mistake(message: string): JsonMistake {
    const place = { line: this.#line, column: this.#at - this.#lineStart + 1 };
    return new JsonMistake(message, place);
  }
}
