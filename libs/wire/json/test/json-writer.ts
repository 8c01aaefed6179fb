/** Texts of made-up messages for tests: JSON in every way it may be written. Seeded. */

/** Keys of the wanted fields, and others that are like them. */
const KEYS = ['type', 'data', 'price', 'list', 'a', 'b', 'c', 'typ', 'types', 'Data', 'x', ''];
const LETTERS = [...'aZ09 ._-:/\\"\b\f\n\r\t\u0000\u001f\u007fé€', '😀', '\ud83d', '\u2028'];
const SHORT: Readonly<Record<string, string>> = {
  ...{ '"': '\\"', '\\': '\\\\', '/': '\\/' },
  ...{ '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' },
};
const NUMBERS = [
  '0',
  '-0',
  '7',
  '-12',
  '3.25',
  '0.001',
  '1e5',
  '1.50E+3',
  '2e-7',
  '12345678901234',
];

export class JsonWriter {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** An object, without white space around it. */
  object(depth = 0): string {
    const members = Array.from({ length: this.#below(7) }, () => {
      const key = this.#string(this.#pick(KEYS));
      return `${this.#space()}${key}${this.#space()}:${this.#space()}${this.#value(depth + 1)}`;
    });
    return `{${members.join(`${this.#space()},`)}${this.#space()}}`;
  }

  /** An array of objects, without white space around it. */
  arrayOfObjects(): string {
    const objects = Array.from({ length: this.#below(4) }, () => this.object());
    const spaced = objects.map((text) => `${this.#space()}${text}${this.#space()}`);
    return `[${spaced.join(',')}${this.#space()}]`;
  }

  #value(depth: number): string {
    const turn = this.#below(depth > 4 ? 7 : 12);
    if (turn < 2) return this.#pick(NUMBERS);
    if (turn < 3) return this.#pick(['true', 'false', 'null']);
    if (turn < 7) {
      const letters = Array.from({ length: this.#below(6) }, () => this.#pick(LETTERS));
      return this.#string(letters.join(''));
    }
    if (turn < 11) return this.object(depth);
    const items = Array.from({ length: this.#below(4) }, () => this.#value(depth + 1));
    return `[${items.join(`${this.#space()},${this.#space()}`)}${this.#space()}]`;
  }

  #string(text: string): string {
    const units = text.match(/[\ud800-\udbff][\udc00-\udfff]|[\s\S]/g) ?? [];
    return `"${units.map((unit) => this.#written(unit)).join('')}"`;
  }

  /** A character in one of the ways that JSON has for it. */
  #written(unit: string): string {
    const turn = this.#random();
    const mustEscape = /["\\\u0000-\u001f\ud800-\udfff]/.test(unit) && unit.length === 1;
    if (!mustEscape && turn < 0.9) return unit;
    const short = SHORT[unit];
    if (short !== undefined && turn < 0.95) return short;
    return Array.from({ length: unit.length }, (_, at) => {
      const hex = unit.charCodeAt(at).toString(16).padStart(4, '0');
      return `\\u${turn < 0.97 ? hex : hex.toUpperCase()}`;
    }).join('');
  }

  #space(): string {
    return this.#random() < 0.8 ? '' : this.#pick([' ', '\n', '\t', '\r\n', '   ']);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T;
  }
}
