/**
 * The part of XML that the schema is written in: a declaration, comments, elements, attributes in
 * double quotes, text, the five named entities. Whatever else is there is an error with its line,
 * never skipped: what is not understood could mean something.
 */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Of an element without children; spaces around it left out. */
  readonly text: string;
  /** From 1: where it begins. */
  readonly line: number;
}

/** What is wrong with a schema, and in which line of its file. */
export class SchemaError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

const DECLARATION = /^<\?xml version="1\.0" encoding="UTF-8"( standalone="(yes|no)")?\?>/;
const NAME = /[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)="([^"<]*)"/y;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
  ['&quot;', '"'],
  ['&apos;', "'"],
]);

/** @throws SchemaError for what is not of that part of XML. */
export function readXml(text: string): XmlElement {
  const reader = new XmlReader(text);
  return reader.document();
}

class XmlReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): XmlElement {
    this.#at = DECLARATION.exec(this.#text)?.[0].length ?? this.#fail('no XML declaration');
    this.#skipBlank();
    const root = this.#element();
    this.#skipBlank();
    if (this.#at < this.#text.length) this.#fail('something behind the last element');
    return root;
  }

  #element(): XmlElement {
    const line = this.#line();
    this.#expect('<');
    const name = this.#match(NAME)?.[0] ?? this.#fail('an element without a name');
    const attributes = this.#attributes();
    this.#match(/\s*/y);
    if (this.#skips('/>')) return { name, attributes, children: [], text: '', line };
    this.#expect('>');
    const children: XmlElement[] = [];
    let text = '';
    while (!this.#skips('</')) {
      if (this.#skipsComment()) continue;
      if (this.#text[this.#at] === '<') children.push(this.#element());
      else text += this.#match(/[^<]+/y)?.[0] ?? this.#fail(`the element ${name} does not end`);
    }
    if (!this.#skips(`${name}>`)) this.#fail(`the element ${name} of line ${line} does not end`);
    const plain = this.#plain(text.trim());
    if (children.length > 0 && plain !== '') this.#fail(`text between the elements of ${name}`);
    return { name, attributes, children, text: plain, line };
  }

  #attributes(): ReadonlyMap<string, string> {
    const attributes = new Map<string, string>();
    for (let found = this.#match(ATTRIBUTE); found !== null; found = this.#match(ATTRIBUTE)) {
      const [, name = '', value = ''] = found;
      if (attributes.has(name)) this.#fail(`the attribute ${name} is there twice`);
      attributes.set(name, this.#plain(value));
    }
    return attributes;
  }

  /** With entities replaced. */
  #plain(text: string): string {
    return text.replace(/&[^;\s]*;?/g, (entity) => {
      return ENTITIES.get(entity) ?? this.#fail(`the entity ${entity} is not known`);
    });
  }

  #skipBlank(): void {
    do this.#match(/\s*/y);
    while (this.#skipsComment());
  }

  #skipsComment(): boolean {
    return this.#match(/<!--(?:(?!--)[\s\S])*-->/y) !== null;
  }

  #skips(text: string): boolean {
    const isThere = this.#text.startsWith(text, this.#at);
    if (isThere) this.#at += text.length;
    return isThere;
  }

  #expect(text: string): void {
    if (!this.#skips(text)) this.#fail(`${text} is missing`);
  }

  /** @param pattern - Sticky. */
  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #line(): number {
    return this.#text.slice(0, this.#at).split('\n').length;
  }

  #fail(message: string): never {
    throw new SchemaError(this.#line(), message);
  }
}
