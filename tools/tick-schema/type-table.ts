/** The `types` of the schema: what a field's type says of its bytes, and what values are called. */
import type { XmlElement } from '@tickwire/io-sbe-schema';
import { SchemaElement } from './schema-element.ts';
import type { SchemaField } from './tick-schema.ts';

export type Primitive = 'int64' | 'uint64' | 'uint32' | 'uint16' | 'uint8';

const BYTES: Readonly<Record<Primitive, number>> = {
  int64: 8,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
};

export interface SchemaType {
  readonly name: string;
  readonly primitive: Primitive;
  readonly elementBytes: number;
  /** Above 1 for an array. */
  readonly length: number;
  readonly description: string;
}

export interface NamedValue {
  readonly name: string;
  readonly value: number;
  readonly description: string;
}

/** An enum, or a set of flags with the values of its bits. */
export interface NamedValues {
  readonly name: string;
  readonly description: string;
  readonly isSet: boolean;
  /** Masks and shifts that belong to it, and are no value of its own. */
  readonly constants: readonly NamedValue[];
  readonly values: readonly NamedValue[];
}

/** Constants of a composite and the set that they belong to. */
const CONSTANTS_OF: ReadonlyMap<string, string> = new Map([
  ['BarFlag', 'BarFlags'],
  ['Action', 'SideAction'],
]);

const TYPE_ATTRIBUTES = [
  ...['name', 'primitiveType', 'presence', 'length', 'offset', 'description'],
  ...['minValue', 'maxValue', 'nullValue'],
];

export class TypeTable {
  /** Of the composite TickHeader. */
  readonly header: SchemaField[] = [];
  readonly names: readonly NamedValues[];
  /** By type: what stands for a value that is not there. */
  readonly nullValues = new Map<string, string>();
  readonly #types = new Map<string, SchemaType>();
  readonly #constants = new Map<string, NamedValue[]>();

  constructor(xml: XmlElement) {
    const types = new SchemaElement(xml, {
      attributes: [],
      children: ['type', 'composite', 'enum', 'set'],
    });
    const names: NamedValues[] = [];
    for (const child of types.children) {
      if (child.name === 'type') this.#add(child);
      else if (child.name === 'composite') this.#addComposite(child);
      else names.push(this.#addNames(child));
    }
    this.names = names.map((named) => ({
      ...named,
      constants: this.#constants.get(CONSTANTS_OF.get(named.name) ?? '') ?? [],
    }));
  }

  /** @throws TickSchemaError of `owner` when there is none of that name. */
  find(owner: SchemaElement, name: string): SchemaType {
    const found = this.#types.get(name);
    if (found === undefined) throw owner.error(`there is no type ${name} above it`);
    return found;
  }

  #add(xml: XmlElement): void {
    const element = new SchemaElement(xml, { attributes: TYPE_ATTRIBUTES });
    this.#define(element, typeOf(element));
    const absent = element.optional('nullValue');
    if (absent !== undefined) this.nullValues.set(element.name, absent);
  }

  #define(owner: SchemaElement, type: SchemaType): void {
    if (this.#types.has(type.name)) throw owner.error('there are two types of this name');
    this.#types.set(type.name, type);
  }

  /** The header of a message, the header of a tick, or one number with constants about it. */
  #addComposite(xml: XmlElement): void {
    const element = new SchemaElement(xml, {
      attributes: ['name', 'description'],
      children: ['type', 'ref'],
    });
    const { name, description } = element;
    if (name === 'messageHeader') return;
    if (name === 'TickHeader') {
      this.header.push(...element.children.map((child) => this.#member(child)));
      // Its own size: fields of that type only say where the header is.
      this.#define(element, { name, primitive: 'uint8', elementBytes: 1, length: 32, description });
      return;
    }
    const [value, ...constants] = element.children.map(
      (child) => new SchemaElement(child, { attributes: TYPE_ATTRIBUTES }),
    );
    if (value?.name !== 'value') throw element.error('its first member is not `value`');
    this.#define(element, { ...typeOf(value), name });
    this.#constants.set(
      name,
      constants.map((constant) => {
        constant.require('presence', 'constant');
        return { name: constant.name, value: constant.value, description: constant.description };
      }),
    );
  }

  #member(xml: XmlElement): SchemaField {
    if (xml.name === 'type') {
      const element = new SchemaElement(xml, { attributes: TYPE_ATTRIBUTES });
      const type = { ...typeOf(element), description: '' };
      const { name, description } = element;
      return { name, offset: element.integer('offset'), type, description };
    }
    const element = new SchemaElement(xml, {
      attributes: ['name', 'type', 'offset', 'description'],
    });
    const type = this.find(element, element.text('type'));
    const { name, description } = element;
    return { name, offset: element.integer('offset'), type, description };
  }

  #addNames(xml: XmlElement): NamedValues {
    const isSet = xml.name === 'set';
    const element = new SchemaElement(xml, {
      attributes: ['name', 'encodingType', 'description'],
      children: [isSet ? 'choice' : 'validValue'],
    });
    const { name, description } = element;
    const encoding = this.find(element, element.text('encodingType'));
    const bitsMax = encoding.elementBytes * 8;
    const values = element.children.map((child) => {
      const value = new SchemaElement(child, { attributes: ['name', 'description'] });
      const number = value.value;
      const isInside = isSet ? number < bitsMax : number < 2 ** bitsMax;
      if (!isInside) throw value.error(`${number} does not fit ${encoding.primitive}`);
      return {
        name: value.name,
        value: isSet ? 2 ** number : number,
        description: value.description,
      };
    });
    if (new Set(values.map(({ value }) => value)).size < values.length) {
      throw element.error('a value is there twice');
    }
    this.#define(element, { ...encoding, name, description });
    return { name, description, isSet, constants: [], values };
  }
}

function typeOf(element: SchemaElement): SchemaType {
  const primitive = element.text('primitiveType');
  if (!(primitive in BYTES)) throw element.error(`the primitive type ${primitive} is not known`);
  const known = primitive as Primitive;
  const length = element.optional('length') === undefined ? 1 : element.integer('length');
  const { name, description } = element;
  return { name, primitive: known, elementBytes: BYTES[known], length, description };
}
