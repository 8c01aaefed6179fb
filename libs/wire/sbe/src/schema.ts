/**
 * A schema after reading: what the XML says with every reference resolved, every offset and size
 * known and every rule checked. Generators and the table codec work from this alone.
 */
import type { Literal, Primitive } from './primitive.ts';

export type ByteOrder = 'littleEndian' | 'bigEndian';
export type Presence = 'required' | 'optional' | 'constant';

export interface ScalarType {
  readonly kind: 'scalar';
  readonly name: string;
  readonly primitive: Primitive;
  /** Above 1 an array; 0 the variable part of a `data` encoding. */
  readonly length: number;
  readonly presence: Presence;
  /** Of an optional type: its own null or the default one. */
  readonly nullValue: Literal;
  readonly min: Literal | null;
  readonly max: Literal | null;
  /** Of a constant: text for char, else a number. It takes no byte on the wire. */
  readonly constant: Literal | string | null;
  readonly characterEncoding: string | null;
}

export interface EnumValue {
  readonly name: string;
  /** Of a char enum the code of the character. */
  readonly value: number;
  readonly since: number;
  readonly deprecated: number | null;
  readonly description: string | null;
}

export interface EnumType {
  readonly kind: 'enum';
  /** Unique in the schema: of one that is defined inside a composite `Outer.Inner`. */
  readonly name: string;
  readonly primitive: Primitive;
  readonly presence: Presence;
  readonly nullValue: number;
  readonly constant: number | null;
  readonly values: readonly EnumValue[];
  readonly description: string | null;
}

export interface SetChoice {
  readonly name: string;
  readonly bit: number;
  readonly since: number;
  readonly deprecated: number | null;
  readonly description: string | null;
}

export interface SetType {
  readonly kind: 'set';
  readonly name: string;
  readonly primitive: Primitive;
  readonly choices: readonly SetChoice[];
  readonly description: string | null;
}

export interface CompositeType {
  readonly kind: 'composite';
  readonly name: string;
  readonly bytes: number;
  readonly members: readonly Member[];
  readonly description: string | null;
}

export type FieldType = ScalarType | EnumType | SetType | CompositeType;

export interface Member {
  readonly name: string;
  /** From the start of the block, or of the composite. Of a constant without meaning. */
  readonly offset: number;
  /** The first version of the schema that has it. */
  readonly since: number;
  readonly deprecated: number | null;
  readonly description: string | null;
  readonly semanticType: string | null;
  /** With the presence that holds at this place. */
  readonly type: FieldType;
}

export interface Field extends Member {
  readonly id: number;
}

/** Where an unsigned integer lies within a header. */
export interface HeaderPart {
  readonly offset: number;
  readonly primitive: Primitive;
  readonly max: number;
}

export interface Dimension {
  readonly name: string;
  readonly bytes: number;
  readonly blockLength: HeaderPart;
  readonly numInGroup: HeaderPart & { readonly min: number };
  readonly numGroups: HeaderPart | null;
  readonly numVarDataFields: HeaderPart | null;
}

/** A block of fixed size, then groups, then variable data: a message, or an entry of a group. */
export interface Block {
  readonly blockLength: number;
  readonly fields: readonly Field[];
  readonly groups: readonly Group[];
  readonly data: readonly Data[];
}

export interface Group extends Block {
  readonly name: string;
  readonly id: number;
  readonly since: number;
  readonly deprecated: number | null;
  readonly description: string | null;
  readonly dimension: Dimension;
}

export interface Data {
  readonly name: string;
  readonly id: number;
  readonly since: number;
  readonly deprecated: number | null;
  readonly description: string | null;
  readonly length: HeaderPart;
  /** Where the bytes begin, from the start of the encoding. */
  readonly headerBytes: number;
  /** Null when the bytes are no text. */
  readonly characterEncoding: string | null;
}

export interface Message extends Block {
  readonly name: string;
  readonly id: number;
  readonly since: number;
  readonly deprecated: number | null;
  readonly description: string | null;
  readonly semanticType: string | null;
}

export interface MessageHeaderLayout {
  readonly bytes: number;
  readonly type: CompositeType;
  readonly blockLength: HeaderPart;
  readonly templateId: HeaderPart;
  readonly schemaId: HeaderPart;
  readonly version: HeaderPart;
  readonly numGroups: HeaderPart | null;
  readonly numVarDataFields: HeaderPart | null;
}

export interface Schema {
  readonly package: string;
  readonly id: number;
  readonly version: number;
  readonly semanticVersion: string | null;
  readonly description: string | null;
  readonly byteOrder: ByteOrder;
  readonly header: MessageHeaderLayout;
  /** Enums, sets and composites by name, nested ones too, in the order of their names. */
  readonly types: readonly (EnumType | SetType | CompositeType)[];
  /** In the order of their ids. */
  readonly messages: readonly Message[];
}
