/** What a schema says of a version, as plain values to compare. Names of types are left out. */
import { blockBytesAt } from '@tickwire/wire-sbe';
import type { Block, EnumType, FieldType, Group, Member, Message } from '@tickwire/wire-sbe';
import type { Schema, SetType } from '@tickwire/wire-sbe';
import { fieldEnds } from '../sbe-codegen/emit/required-bytes.ts';
import { OLDEST_VERSION, nameIn } from './named-differences.ts';

export interface FactsOptions {
  /** What came later is left out. */
  readonly version: number;
  /** Of values, by the name of their type: what the version called them. */
  readonly nameOf: (type: string, name: string) => string;
}

const asItIs = (_type: string, name: string): string => name;

/** Facts of a schema of the exchange, which has one version. */
export function factsOf(schema: Schema): MessageFacts[] {
  const reader = new FactsReader({ version: schema.version, nameOf: asItIs });
  return schema.messages.map((message) => reader.message(message));
}

/** Facts of our schema, as they were in a version. */
export function factsIn(schema: Schema, version: number): MessageFacts[] {
  const nameOf = (type: string, name: string): string => nameIn(version, type, name);
  const reader = new FactsReader({ version, nameOf });
  const known = schema.messages.filter(({ since }) => since <= version);
  return known.map((message) => reader.message(message));
}

export type MessageFacts = ReturnType<FactsReader['message']>;

class FactsReader {
  readonly #options: FactsOptions;

  constructor(options: FactsOptions) {
    this.#options = options;
  }

  message(message: Message) {
    const { id, name } = message;
    return { id, name, since: sinceOf(message), ...this.#block(message) };
  }

  #sent<T extends { readonly since: number }>(items: readonly T[]): T[] {
    return items.filter(({ since }) => since <= this.#options.version);
  }

  #block(block: Block): object {
    const { blockLength: blockBytes, fields } = block;
    const layout = { path: '', required: [], ends: fieldEnds(fields), blockBytes };
    return {
      blockLength: blockBytesAt(layout, this.#options.version),
      fields: this.#sent(fields).map((field) => ({ id: field.id, ...this.#member(field) })),
      groups: this.#sent(block.groups).map((group) => this.#group(group)),
      data: this.#sent(block.data).map(({ name }) => name),
    };
  }

  #group(group: Group): object {
    const { id, name, dimension } = group;
    const { bytes, blockLength, numInGroup } = dimension;
    const facts = { bytes, blockLength, numInGroup: { ...numInGroup } };
    return { id, name, since: sinceOf(group), dimension: facts, ...this.#block(group) };
  }

  #member(member: Member): object {
    const { name, type } = member;
    const isConstant = type.kind !== 'set' && type.kind !== 'composite' && type.constant !== null;
    const offset = isConstant ? null : member.offset;
    return { name, offset, since: sinceOf(member), type: this.#type(type) };
  }

  #type(type: FieldType): object {
    switch (type.kind) {
      case 'scalar': {
        const { primitive, length, presence, nullValue, min, max, constant } = type;
        const nothing = presence === 'optional' ? nullValue : null;
        return { primitive, length, presence, nullValue: nothing, min, max, constant };
      }
      case 'composite':
        return { bytes: type.bytes, members: type.members.map((member) => this.#member(member)) };
      case 'enum':
        return this.#enum(type);
      case 'set':
        return this.#set(type);
    }
  }

  #enum(type: EnumType): object {
    const { name, primitive, presence, nullValue } = type;
    const values = this.#sent(type.values).map((item): [string, number] => [
      this.#options.nameOf(name, item.name),
      item.value,
    ]);
    const nothing = presence === 'optional' ? nullValue : null;
    return { name, primitive, presence, nullValue: nothing, values: Object.fromEntries(values) };
  }

  #set(type: SetType): object {
    const bits = this.#sent(type.choices).map((item): [string, number] => [
      this.#options.nameOf(type.name, item.name),
      item.bit,
    ]);
    return { name: type.name, primitive: type.primitive, bits: Object.fromEntries(bits) };
  }
}

function sinceOf({ since }: { readonly since: number }): number {
  return since <= OLDEST_VERSION ? 0 : since;
}
