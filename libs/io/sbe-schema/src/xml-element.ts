import { SchemaError } from './errors.ts';
import type { SchemaErrorCode, SchemaPlace } from './errors.ts';

/** An element of the schema with its place in the file. */
export class XmlElement implements SchemaPlace {
  /** Without its namespace prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: XmlElement | undefined;
  readonly line: number;
  readonly column: number;
  readonly children: XmlElement[] = [];
  text = '';

  constructor(
    tag: { name: string; attributes: ReadonlyMap<string, string> },
    place: { line: number; column: number },
    parent: XmlElement | undefined,
  ) {
    this.name = tag.name;
    this.attributes = tag.attributes;
    this.parent = parent;
    this.line = place.line;
    this.column = place.column;
  }

  get path(): string {
    const own = this.attributes.get('name');
    const step = own === undefined ? this.name : `${this.name}[${own}]`;
    return `${this.parent?.path ?? ''}/${step}`;
  }

  error(code: SchemaErrorCode, detail: string): SchemaError {
    return new SchemaError(code, this, detail);
  }

  attribute(name: string): string | undefined {
    return this.attributes.get(name);
  }

  /** An attribute that must be there and not be empty. */
  required(name: string): string {
    const value = this.attributes.get(name);
    if (value === undefined || value === '') {
      throw this.error('MISSING_ATTRIBUTE', `has no attribute ${name}`);
    }
    return value;
  }

  /** A whole number within a range, `undefined` when the attribute is absent. */
  integer(name: string, range: { min: number; max: number }): number | undefined {
    const text = this.attributes.get(name);
    if (text === undefined) return undefined;
    const value = /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : NaN;
    if (value >= range.min && value <= range.max) return value;
    const expected = `a whole number of ${range.min} to ${range.max}`;
    throw this.error('BAD_ATTRIBUTE', `${name} is "${text}", expected ${expected}`);
  }
}
