import type { XmlElement } from '@tickwire/io-sbe-schema';

/** What is wrong with the schema of the tick, and in which line of its file. */
export class TickSchemaError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

/** An element of the schema, read attribute by attribute; what nobody asked for is an error. */
export class SchemaElement {
  readonly #element: XmlElement;

  /** @throws TickSchemaError for an attribute or a child that is not among the known ones. */
  constructor(
    element: XmlElement,
    known: { attributes: readonly string[]; children?: readonly string[] },
  ) {
    this.#element = element;
    for (const name of element.attributes.keys()) {
      if (!known.attributes.includes(name)) throw this.error(`unknown attribute ${name}`);
    }
    for (const child of element.children) {
      const isKnown = known.children?.includes(child.name) === true;
      if (!isKnown) throw new TickSchemaError(child.line, `unknown element ${child.name}`);
    }
  }

  get children(): readonly XmlElement[] {
    return this.#element.children;
  }

  get name(): string {
    return this.text('name');
  }

  get description(): string {
    return this.optional('description') ?? '';
  }

  /** The text between the tags, as an integer. */
  get value(): number {
    return this.#integer('the value', this.#element.text.trim());
  }

  optional(name: string): string | undefined {
    return this.#element.attributes.get(name);
  }

  text(name: string): string {
    const value = this.optional(name);
    if (value === undefined || value === '') throw this.error(`the attribute ${name} is missing`);
    return value;
  }

  integer(name: string): number {
    return this.#integer(name, this.text(name));
  }

  /** Must be exactly this. */
  require(name: string, expected: string): void {
    const value = this.text(name);
    if (value !== expected) throw this.error(`${name} is ${value}, known is ${expected}`);
  }

  error(message: string): TickSchemaError {
    const { line, name, attributes } = this.#element;
    const own = attributes.get('name');
    return new TickSchemaError(line, `${name}${own === undefined ? '' : ` ${own}`}: ${message}`);
  }

  #integer(what: string, text: string): number {
    if (!/^\d{1,15}$/.test(text)) throw this.error(`${what} is ${text}, which is no whole number`);
    return Number(text);
  }
}
