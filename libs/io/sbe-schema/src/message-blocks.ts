import type { Block, Data, Field, Group, Message } from '@tickwire/wire-sbe';
import { BlockSpace } from './block-space.ts';
import { encodedBytes, isVariable, withPresence } from './field-type.ts';
import { readDataEncoding, readDimension } from './header-parts.ts';
import { LENGTH_MAX, U32_MAX, optionalText } from './reading-context.ts';
import type { ReadingContext } from './reading-context.ts';
import type { TypeTable } from './type-table.ts';
import { UniqueNames } from './unique-names.ts';
import type { XmlElement } from './xml-element.ts';

const GROUP_DEPTH_MAX = 16;
const COMMON = ['name', 'id', 'description', 'semanticType', 'sinceVersion', 'deprecated'];
const FIELD_ATTRIBUTES = new Set([
  ...[...COMMON, 'type', 'offset', 'presence', 'valueRef', 'timeUnit', 'epoch'],
]);
const GROUP_ATTRIBUTES = new Set([...COMMON, 'blockLength', 'dimensionType', 'offset']);
const DATA_ATTRIBUTES = new Set([...COMMON, 'type', 'offset']);
const MESSAGE_ATTRIBUTES = new Set([...COMMON, 'blockLength']);

/** In this order they stand in a block, and on the wire. */
const KINDS = ['field', 'group', 'data'];

/** Reads messages and the groups within them. */
export class MessageReader {
  readonly #context: ReadingContext;
  readonly #types: TypeTable;
  readonly #blockMax: number;
  #depth = 0;

  /** @param blockMax - The largest block that the message header can state. */
  constructor(context: ReadingContext, types: TypeTable, blockMax: number) {
    this.#context = context;
    this.#types = types;
    this.#blockMax = Math.min(blockMax, LENGTH_MAX);
  }

  message(element: XmlElement, identity: { name: string; id: number }): Message {
    this.#context.know(element, MESSAGE_ATTRIBUTES);
    return {
      ...identity,
      ...this.#described(element),
      semanticType: optionalText(element, 'semanticType'),
      ...this.#block(element, this.#blockMax),
    };
  }

  #described(element: XmlElement) {
    const description = optionalText(element, 'description');
    return { ...this.#context.versions(element), description };
  }

  #block(element: XmlElement, blockMax: number): Block {
    const names = new UniqueNames('accessor');
    const space = new BlockSpace(blockMax);
    const fields: Field[] = [];
    const groups: Group[] = [];
    const data: Data[] = [];
    let stage = 0;
    for (const child of element.children) {
      const kind = KINDS.indexOf(child.name);
      if (kind < 0) throw child.error('UNKNOWN_ELEMENT', `${child.name} in a ${element.name}`);
      if (kind < stage) throw child.error('BAD_ORDER', `${child.name} behind ${KINDS[stage]!}`);
      stage = kind;
      const identity = { name: names.name(child), id: names.id(child, U32_MAX) };
      if (child.name === 'field') fields.push(this.#field(child, { identity, space }));
      else if (child.name === 'group') groups.push(this.#group(child, identity));
      else data.push(this.#data(child, identity));
    }
    // A length of 0 is what some schemas write for "whatever it is".
    const stated = element.integer('blockLength', { min: 0, max: blockMax }) ?? 0;
    if (stated !== 0 && stated < space.end) {
      const detail = `blockLength ${stated}, the fields end at ${space.end}`;
      throw element.error('BLOCK_TOO_SMALL', detail);
    }
    return { blockLength: Math.max(stated, space.end), fields, groups, data };
  }

  #field(
    element: XmlElement,
    at: { identity: { name: string; id: number }; space: BlockSpace },
  ): Field {
    this.#context.know(element, FIELD_ATTRIBUTES);
    const found = this.#types.find(element, element.required('type'));
    if (isVariable(found)) {
      throw element.error('BAD_DATA', `${found.name} has a variable length: use data`);
    }
    const type = withPresence({ element, type: found, types: this.#types });
    return {
      ...at.identity,
      offset: at.space.place(element, encodedBytes(type)),
      ...this.#described(element),
      semanticType: optionalText(element, 'semanticType'),
      type,
    };
  }

  #group(element: XmlElement, identity: { name: string; id: number }): Group {
    this.#context.know(element, GROUP_ATTRIBUTES);
    this.#depth += 1;
    if (this.#depth > GROUP_DEPTH_MAX) {
      throw element.error('TOO_DEEP', `above ${GROUP_DEPTH_MAX} groups in one another`);
    }
    const typeName = element.attribute('dimensionType') ?? 'groupSizeEncoding';
    if (!this.#types.has(typeName)) {
      throw element.error('BAD_DIMENSION', `no composite has the name "${typeName}"`);
    }
    const type = this.#types.find(element, typeName);
    const dimension = readDimension({ element, type, code: 'BAD_DIMENSION' });
    const blockMax = Math.min(dimension.blockLength.max, LENGTH_MAX);
    const group = {
      ...identity,
      ...this.#described(element),
      dimension,
      ...this.#block(element, blockMax),
    };
    this.#depth -= 1;
    return group;
  }

  #data(element: XmlElement, identity: { name: string; id: number }): Data {
    this.#context.know(element, DATA_ATTRIBUTES);
    const type = this.#types.find(element, element.required('type'));
    const encoding = readDataEncoding({ element, type, code: 'BAD_DATA' });
    return { ...identity, ...this.#described(element), ...encoding };
  }
}
