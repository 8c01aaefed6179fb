import type { SchemaWarning } from './errors.ts';
import type { XmlElement } from './xml-element.ts';

/** The largest u32: what an id, a length or a size may be. */
export const U32_MAX = 0xffff_ffff;

/** A block can be stated with 16 bits in the usual headers; larger types mean a mistake. */
export const LENGTH_MAX = 0xffff;

/** What all parts of the reader know about the schema that is being read. */
export class ReadingContext {
  readonly version: number;
  readonly warnings: SchemaWarning[] = [];

  constructor(version: number) {
    this.version = version;
  }

  warn(element: XmlElement, detail: string): void {
    const { path, line, column } = element;
    this.warnings.push({ path, line, column, detail });
  }

  /** Says which attributes are not known: a misspelt `offset` changes a layout. */
  know(element: XmlElement, attributes: ReadonlySet<string>): void {
    for (const name of element.attributes.keys()) {
      if (name.includes(':') || name === 'xmlns' || attributes.has(name)) continue;
      this.warn(element, `the attribute ${name} is not known and has no effect`);
    }
  }

  /** `sinceVersion` and `deprecated`, both within the versions that the schema has had. */
  versions(element: XmlElement): { since: number; deprecated: number | null } {
    const since = this.#version(element, 'sinceVersion') ?? 0;
    const deprecated = this.#version(element, 'deprecated') ?? null;
    if (deprecated !== null && deprecated < since) {
      const detail = `deprecated in ${deprecated}, before sinceVersion ${since}`;
      throw element.error('BAD_VERSION', detail);
    }
    return { since, deprecated };
  }

  #version(element: XmlElement, name: string): number | undefined {
    const text = element.attribute(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : NaN;
    if (value <= this.version) return value;
    throw element.error('BAD_VERSION', `${name} is "${text}", the schema has ${this.version}`);
  }
}

export function optionalText(element: XmlElement, name: string): string | null {
  return element.attribute(name)?.trim() ?? null;
}
