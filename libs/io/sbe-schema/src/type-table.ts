import { isPrimitive } from '@tickwire/wire-sbe';
import type { CompositeType, EnumType, FieldType, Member } from '@tickwire/wire-sbe';
import type { ScalarType, SetType } from '@tickwire/wire-sbe';
import { BlockSpace } from './block-space.ts';
import { readEnum, readSet } from './enums-and-sets.ts';
import { encodedBytes, withPresence } from './field-type.ts';
import { LENGTH_MAX, optionalText } from './reading-context.ts';
import type { ReadingContext } from './reading-context.ts';
import { primitiveType, readScalar } from './scalars.ts';
import { UniqueNames } from './unique-names.ts';
import type { XmlElement } from './xml-element.ts';

const COMPOSITE_DEPTH_MAX = 16;
/** Constants take no byte, so references alone could multiply them without end. */
const LEAVES_MAX = 1024;
const TYPE_ELEMENTS = new Set(['type', 'composite', 'enum', 'set']);
const TYPE_ATTRIBUTES = new Set([
  ...['name', 'primitiveType', 'length', 'presence', 'nullValue', 'minValue', 'maxValue'],
  ...['characterEncoding', 'description', 'semanticType', 'sinceVersion', 'deprecated', 'offset'],
  ...['valueRef', 'timeUnit', 'epoch', 'variableLength'],
]);
const COMPOSITE_ATTRIBUTES = new Set([
  ...['name', 'description', 'semanticType', 'sinceVersion', 'deprecated', 'offset'],
]);
const REF_ATTRIBUTES = new Set([
  ...['name', 'type', 'offset', 'sinceVersion', 'deprecated', 'description', 'semanticType'],
  ...['presence', 'valueRef'],
]);

type NamedType = EnumType | SetType | CompositeType;

/** The types of a schema: read when they are first asked for, so that order does not matter. */
export class TypeTable {
  readonly #context: ReadingContext;
  readonly #elements = new Map<string, XmlElement>();
  readonly #types = new Map<string, FieldType>();
  readonly #open = new Set<string>();
  readonly #named = new Map<string, NamedType>();
  readonly #leaves = new Map<FieldType, number>();
  #depth = 0;

  constructor(context: ReadingContext, sections: readonly XmlElement[]) {
    this.#context = context;
    const names = new UniqueNames('key');
    const inCode = new UniqueNames('class');
    for (const element of sections.flatMap((section) => section.children)) {
      if (!TYPE_ELEMENTS.has(element.name)) {
        throw element.error('UNKNOWN_ELEMENT', `${element.name} in types`);
      }
      const name = names.name(element);
      if (isPrimitive(name)) {
        throw element.error('DUPLICATE_NAME', `${name} is a primitive of SBE`);
      }
      if (element.name !== 'type') inCode.name(element);
      this.#elements.set(name, element);
    }
  }

  /** Reads every type, used or not, so that a mistake in any of them is said. */
  readAll(): void {
    for (const [name, element] of this.#elements) this.find(element, name);
  }

  /** Enums, sets and composites, nested ones too, in the order of their names. */
  get named(): NamedType[] {
    return [...this.#named.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(name: string): boolean {
    return this.#elements.has(name);
  }

  elementOf(name: string): XmlElement | undefined {
    return this.#elements.get(name);
  }

  /** The type of a name. @param by - Who refers to it, for the error. */
  find(by: XmlElement, name: string): FieldType {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    if (isPrimitive(name)) return primitiveType(name);
    const element = this.#elements.get(name);
    if (element === undefined) throw by.error('UNKNOWN_TYPE', `no type has the name "${name}"`);
    if (this.#open.has(name)) {
      throw by.error(
        'RECURSIVE_TYPE',
        `${name} contains itself: ${[...this.#open, name].join(' → ')}`,
      );
    }
    this.#open.add(name);
    const type = this.#read(element, name);
    this.#open.delete(name);
    this.#types.set(name, type);
    return type;
  }

  findScalar(by: XmlElement, name: string): ScalarType {
    const type = this.find(by, name);
    if (type.kind === 'scalar') return type;
    throw by.error('WRONG_TYPE', `${name} is ${type.kind} where a type is needed`);
  }

  #read(element: XmlElement, name: string): FieldType {
    this.#context.versions(element);
    if (element.name === 'type') return this.#scalar(element, name);
    const from = {
      context: this.#context,
      lookup: (by: XmlElement, wanted: string) => this.findScalar(by, wanted),
    };
    let type: NamedType;
    if (element.name === 'enum') type = readEnum(element, name, from);
    else if (element.name === 'set') type = readSet(element, name, from);
    else type = this.#composite(element, name);
    this.#named.set(name, type);
    return type;
  }

  #scalar(element: XmlElement, name: string): ScalarType {
    this.#context.know(element, TYPE_ATTRIBUTES);
    const type = readScalar(element, name);
    if (element.attribute('valueRef') === undefined) return type;
    return withPresence({ element, type, types: this }) as ScalarType;
  }

  #composite(element: XmlElement, name: string): CompositeType {
    this.#context.know(element, COMPOSITE_ATTRIBUTES);
    this.#depth += 1;
    if (this.#depth > COMPOSITE_DEPTH_MAX) {
      throw element.error('TOO_DEEP', `above ${COMPOSITE_DEPTH_MAX} composites in one another`);
    }
    const names = new UniqueNames('accessor');
    const space = new BlockSpace(LENGTH_MAX);
    const members = element.children.map((child): Member => {
      const memberName = names.name(child);
      const type = this.#memberType(child, `${name}.${memberName}`);
      const isVariable = type.kind === 'scalar' && type.length === 0;
      if (isVariable && child !== element.children.at(-1)) {
        throw child.error('BAD_DATA', 'length 0 means variable, and nothing can follow it');
      }
      return {
        name: memberName,
        offset: space.place(child, encodedBytes(type)),
        ...this.#context.versions(child),
        description: optionalText(child, 'description'),
        semanticType: optionalText(child, 'semanticType'),
        type,
      };
    });
    this.#depth -= 1;
    if (members.length === 0) throw element.error('EMPTY', 'has no member');
    const description = optionalText(element, 'description');
    const bytes = space.end;
    const type: CompositeType = { kind: 'composite', name, bytes, members, description };
    this.#countLeaves(element, type);
    return type;
  }

  #countLeaves(element: XmlElement, type: CompositeType): void {
    let leaves = 0;
    for (const member of type.members) leaves += this.#leaves.get(member.type) ?? 1;
    if (leaves > LEAVES_MAX) throw element.error('TOO_LARGE', `above ${LEAVES_MAX} values`);
    this.#leaves.set(type, leaves);
  }

  #memberType(child: XmlElement, path: string): FieldType {
    if (child.name === 'ref') {
      this.#context.know(child, REF_ATTRIBUTES);
      const type = this.find(child, child.required('type'));
      if (type.kind === 'scalar' && type.length === 0) {
        throw child.error('BAD_DATA', 'a type of variable length stands in its composite itself');
      }
      return withPresence({ element: child, type, types: this });
    }
    if (!TYPE_ELEMENTS.has(child.name)) {
      throw child.error('UNKNOWN_ELEMENT', `${child.name} in a composite`);
    }
    return this.#read(child, path);
  }
}
