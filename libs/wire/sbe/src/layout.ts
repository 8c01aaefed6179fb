/** What generated code tells the runtime about the parts of a message: tables, no behaviour. */
import type { Primitive } from './primitive.ts';

/** Bytes that a block must have at least when the sender's version is `since` or newer. */
export interface RequiredBytes {
  readonly since: number;
  readonly bytes: number;
}

/** Where a field, or a member of one, begins and ends in its block. */
export interface FieldEnd extends RequiredBytes {
  readonly field: string;
  readonly from: number;
}

/** How long a block must be. */
export interface BlockLayout {
  readonly path: string;
  /** In ascending order of `since`: what a reader checks. */
  readonly required: readonly RequiredBytes[];
  /** In the order of the schema: what an error names. */
  readonly ends: readonly FieldEnd[];
  /** What this schema's encoder writes. */
  readonly blockBytes: number;
}

/** An unsigned integer within a header. */
export interface HeaderNumber {
  readonly offset: number;
  readonly primitive: Primitive;
  readonly littleEndian: boolean;
  readonly max: number;
}

export interface GroupLayout extends BlockLayout {
  readonly kind: 'group';
  readonly name: string;
  readonly since: number;
  readonly headerBytes: number;
  readonly blockLength: HeaderNumber;
  readonly numInGroup: HeaderNumber & { readonly min: number };
  readonly numGroups: HeaderNumber | null;
  readonly numVarDataFields: HeaderNumber | null;
  /** Nested groups, then data. */
  readonly parts: readonly PartLayout[];
}

export interface DataLayout {
  readonly kind: 'data';
  readonly path: string;
  readonly name: string;
  readonly since: number;
  readonly headerBytes: number;
  readonly length: HeaderNumber;
  readonly utf8: boolean;
}

export type PartLayout = GroupLayout | DataLayout;

export interface MessageLayout extends BlockLayout {
  readonly templateId: number;
  readonly schemaId: number;
  /** The version of the schema that the code was generated from. */
  readonly version: number;
  readonly parts: readonly PartLayout[];
}

/** What an encoder states in the header of a message. */
export interface StatedHeader {
  readonly version: number;
  readonly blockBytes: number;
  /** How many of each follow the block. */
  readonly groups: number;
  readonly data: number;
}

/** Reads an integer of the header that begins at `at`. The caller has checked the bounds. */
export function readHeaderNumber(view: DataView, at: number, layout: HeaderNumber): number {
  switch (layout.primitive) {
    case 'uint8':
      return view.getUint8(at + layout.offset);
    case 'uint16':
      return view.getUint16(at + layout.offset, layout.littleEndian);
    default:
      return view.getUint32(at + layout.offset, layout.littleEndian);
  }
}

/** Writes one that was checked to be within its range. */
export function writeHeaderNumber(
  view: DataView,
  at: number,
  header: { readonly layout: HeaderNumber; readonly value: number },
): void {
  const { layout, value } = header;
  if (layout.primitive === 'uint8') view.setUint8(at + layout.offset, value);
  else if (layout.primitive === 'uint16') {
    view.setUint16(at + layout.offset, value, layout.littleEndian);
  } else view.setUint32(at + layout.offset, value, layout.littleEndian);
}
