import { SaxesParser } from 'saxes';
import { SchemaError } from './errors.ts';
import type { SchemaErrorCode } from './errors.ts';
import { XmlElement } from './xml-element.ts';

/** The largest schemas in use have some 300 KiB, 10,000 elements and 6 levels. */
export interface XmlLimits {
  readonly charactersMax: number;
  readonly elementsMax: number;
  readonly depthMax: number;
  readonly attributesMax: number;
}

export const XML_LIMITS: XmlLimits = {
  charactersMax: 16 * 1024 * 1024,
  elementsMax: 200_000,
  depthMax: 64,
  attributesMax: 64,
};

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

class TreeBuilder {
  readonly #parser = new SaxesParser<{ position: true; xmlns: false }>({
    position: true,
    xmlns: false,
  });
  readonly #limits: XmlLimits;
  #open: XmlElement | undefined;
  #root: XmlElement | undefined;
  #elements = 0;
  #depth = 0;
  #start = { line: 1, column: 1 };

  constructor(limits: XmlLimits) {
    this.#limits = limits;
    const parser = this.#parser;
    parser.on('error', (error) => {
      throw this.#error('BAD_XML', error.message.replace(/^\d+:\d+: /, ''));
    });
    parser.on('doctype', () => {
      throw this.#error('HOSTILE_XML', 'has a DOCTYPE');
    });
    parser.on('opentagstart', () => {
      this.#start = { line: parser.line, column: parser.column };
    });
    parser.on('attribute', () => this.#countAttribute());
    parser.on('opentag', (tag) => this.#openTag(tag.name, tag.attributes));
    parser.on('closetag', () => {
      this.#open = this.#open?.parent;
      this.#depth -= 1;
    });
    parser.on('text', (text) => this.#addText(text));
    parser.on('cdata', (text) => this.#addText(text));
  }

  #attributes = 0;

  #countAttribute(): void {
    this.#attributes += 1;
    if (this.#attributes <= this.#limits.attributesMax) return;
    throw this.#error('TOO_LARGE', `more than ${this.#limits.attributesMax} attributes`);
  }

  #error(code: SchemaErrorCode, detail: string): SchemaError {
    const { line, column } = this.#parser;
    return new SchemaError(code, { path: this.#open?.path ?? '/', line, column }, detail);
  }

  #openTag(name: string, attributes: Readonly<Record<string, string>>): void {
    const { elementsMax, depthMax } = this.#limits;
    this.#attributes = 0;
    this.#elements += 1;
    this.#depth += 1;
    if (this.#elements > elementsMax) {
      throw this.#error('TOO_LARGE', `above ${elementsMax} elements`);
    }
    if (this.#depth > depthMax) {
      throw this.#error('TOO_DEEP', `above ${depthMax} levels of elements`);
    }
    if (name.startsWith('xi:')) throw this.#error('UNSUPPORTED', `${name}: put it into one file`);
    const tag = { name: localName(name), attributes: new Map(Object.entries(attributes)) };
    const element = new XmlElement(tag, this.#start, this.#open);
    if (this.#open === undefined) this.#root = element;
    this.#open?.children.push(element);
    this.#open = element;
  }

  #addText(text: string): void {
    if (this.#open !== undefined) this.#open.text += text;
  }

  read(xml: string): XmlElement {
    const { charactersMax } = this.#limits;
    if (xml.length > charactersMax) {
      throw this.#error('TOO_LARGE', `${xml.length} characters, above ${charactersMax}`);
    }
    this.#parser.write(xml).close();
    if (this.#root === undefined) throw this.#error('BAD_XML', 'has no element');
    return this.#root;
  }
}

/**
 * Reads XML into elements that know their lines.
 *
 * @throws SchemaError `BAD_XML`, `HOSTILE_XML` (a DOCTYPE, the only place where entities could be
 *   defined), `TOO_LARGE`, `TOO_DEEP`, `UNSUPPORTED` (xi:include).
 */
export function readXml(xml: string, limits: XmlLimits = XML_LIMITS): XmlElement {
  return new TreeBuilder(limits).read(xml);
}
