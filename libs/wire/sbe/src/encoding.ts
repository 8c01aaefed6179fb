/**
 * What generated encoders stand on. `wrap` writes the header and a block of nulls and zeros, so
 * that a field nobody sets is null where it may be, and zero elsewhere. Fields of a block may be
 * set in any order; groups and data follow in the order of the schema. One that is left out is
 * written empty, so that what `finish` ends is always a whole message.
 */
import { checkBounds } from './bounds.ts';
import { SbeError } from './errors.ts';
import { writeHeaderNumber } from './layout.ts';
import type { DataLayout, GroupLayout, MessageLayout, PartLayout } from './layout.ts';
import type { StatedHeader } from './layout.ts';
import { blockBytesAt, cutToVersion, partCounts } from './older-version.ts';
import { bytesOf, encodeText } from './text.ts';

const NOWHERE = new DataView(new ArrayBuffer(0));

/** Where a message is being written: one for a message and all of its groups. */
export interface EncoderCursor {
  view: DataView;
  position: number;
  end: number;
}

export function needRoom(cursor: EncoderCursor, bytes: number, path: string): void {
  const left = cursor.end - cursor.position;
  if (bytes <= left) return;
  const detail = `${bytes} bytes are needed, ${left} are left`;
  throw new SbeError('NO_SPACE', { field: path, offset: cursor.position, detail });
}

function outOfRange(path: string, at: number, detail: string): SbeError {
  return new SbeError('OUT_OF_RANGE', { field: path, offset: at, detail });
}

function writeDimension(cursor: EncoderCursor, layout: GroupLayout, count: number): void {
  const { numInGroup, blockLength, numGroups, numVarDataFields } = layout;
  const at = cursor.position;
  if (!Number.isInteger(count) || count < numInGroup.min || count > numInGroup.max) {
    const range = `${numInGroup.min} to ${numInGroup.max}`;
    throw outOfRange(layout.path, at, `${count} entries, allowed are ${range}`);
  }
  needRoom(cursor, layout.headerBytes, layout.path);
  const { view } = cursor;
  for (let index = 0; index < layout.headerBytes; index += 1) view.setUint8(at + index, 0);
  writeHeaderNumber(view, at, { layout: blockLength, value: layout.blockBytes });
  writeHeaderNumber(view, at, { layout: numInGroup, value: count });
  const groups = layout.parts.filter((part) => part.kind === 'group').length;
  if (numGroups !== null) writeHeaderNumber(view, at, { layout: numGroups, value: groups });
  if (numVarDataFields !== null) {
    const value = layout.parts.length - groups;
    writeHeaderNumber(view, at, { layout: numVarDataFields, value });
  }
  cursor.position += layout.headerBytes;
}

function writeData(cursor: EncoderCursor, layout: DataLayout, value: string | Uint8Array): void {
  const at = cursor.position;
  const bytes = typeof value === 'string' ? encodeText(value, layout.utf8) : value;
  if (bytes === undefined) {
    const detail = 'a character outside of ISO 8859-1';
    throw new SbeError('BAD_VALUE', { field: layout.path, offset: at, detail });
  }
  if (bytes.length > layout.length.max) {
    const detail = `${bytes.length} bytes, at most ${layout.length.max} can be stated`;
    throw outOfRange(layout.path, at, detail);
  }
  needRoom(cursor, layout.headerBytes + bytes.length, layout.path);
  const { view } = cursor;
  for (let index = 0; index < layout.headerBytes; index += 1) view.setUint8(at + index, 0);
  writeHeaderNumber(view, at, { layout: layout.length, value: bytes.length });
  bytesOf(view, at + layout.headerBytes, bytes.length).set(bytes);
  cursor.position += layout.headerBytes + bytes.length;
}

function writeEmpty(cursor: EncoderCursor, layout: PartLayout): void {
  if (layout.kind === 'group') writeDimension(cursor, layout, 0);
  else writeData(cursor, layout, '');
}

/** A composite within a block: fields at fixed offsets. */
export abstract class CompositeEncoder {
  $view: DataView = NOWHERE;
  $at = 0;

  $place(view: DataView, at: number): this {
    this.$view = view;
    this.$at = at;
    return this;
  }

  /** Nulls of the members, into bytes that are zero. */
  abstract $defaults(): void;
}

/** A block that is being written, and its parts behind it. */
export abstract class BlockEncoder {
  $view: DataView = NOWHERE;
  $at = 0;
  $cursor: EncoderCursor = { view: NOWHERE, position: 0, end: 0 };
  readonly $parts: readonly PartLayout[];
  readonly $path: string;
  /** The part that comes next. */
  $part = 0;
  $child: GroupEncoder | undefined = undefined;

  constructor(path: string, parts: readonly PartLayout[]) {
    this.$path = path;
    this.$parts = parts;
  }

  /** Nulls of the fields, into a block that is zero. */
  abstract $defaults(): void;

  $startBlock(bytes: number): void {
    const cursor = this.$cursor;
    needRoom(cursor, bytes, this.$path);
    this.$view = cursor.view;
    this.$at = cursor.position;
    this.$part = 0;
    this.$child = undefined;
    for (let index = 0; index < bytes; index += 1) this.$view.setUint8(this.$at + index, 0);
    cursor.position += bytes;
    this.$defaults();
  }

  $turnTo(part: number): void {
    if (part < this.$part || this.$view === NOWHERE) {
      const detail =
        this.$view === NOWHERE ? 'nothing is being written' : 'it, or one after it, was written';
      const field = this.$parts[part]!.path;
      throw new SbeError('OUT_OF_ORDER', { field, offset: this.$cursor.position, detail });
    }
    this.$child?.$close();
    this.$child = undefined;
    while (this.$part < part) {
      writeEmpty(this.$cursor, this.$parts[this.$part]!);
      this.$part += 1;
    }
  }

  $group<T extends GroupEncoder>(part: number, group: T, count: number): T {
    this.$turnTo(part);
    writeDimension(this.$cursor, this.$parts[part] as GroupLayout, count);
    group.$open(this.$cursor, count);
    this.$part = part + 1;
    this.$child = group;
    return group;
  }

  $data(part: number, value: string | Uint8Array): void {
    this.$turnTo(part);
    writeData(this.$cursor, this.$parts[part] as DataLayout, value);
    this.$part = part + 1;
  }

  $closeParts(): void {
    this.$child?.$close();
    this.$child = undefined;
    for (; this.$part < this.$parts.length; this.$part += 1) {
      writeEmpty(this.$cursor, this.$parts[this.$part]!);
    }
  }
}

export abstract class GroupEncoder extends BlockEncoder {
  readonly $layout: GroupLayout;
  #count = 0;
  #entry = -1;

  constructor(layout: GroupLayout) {
    super(layout.path, layout.parts);
    this.$layout = layout;
  }

  $open(cursor: EncoderCursor, count: number): void {
    this.$cursor = cursor;
    this.$view = NOWHERE;
    this.$child = undefined;
    this.#count = count;
    this.#entry = -1;
  }

  /**
   * Begins the next entry.
   *
   * @throws SbeError `ENTRY_COUNT` behind the last one, `NO_SPACE`.
   */
  next(): this {
    if (this.#entry + 1 >= this.#count) {
      throw this.#countError(`an entry above the ${this.#count} that were announced`);
    }
    if (this.#entry >= 0) this.$closeParts();
    this.$startBlock(this.$layout.blockBytes);
    this.#entry += 1;
    return this;
  }

  $close(): void {
    if (this.#entry + 1 < this.#count) {
      throw this.#countError(`${this.#entry + 1} entries, ${this.#count} were announced`);
    }
    if (this.#entry >= 0) this.$closeParts();
    this.$view = NOWHERE;
    this.#count = 0;
    this.#entry = -1;
  }

  #countError(detail: string): SbeError {
    const offset = this.$cursor.position;
    return new SbeError('ENTRY_COUNT', { field: this.$layout.path, offset, detail });
  }
}

export abstract class MessageEncoder extends BlockEncoder {
  readonly $layout: MessageLayout;
  readonly #stated: StatedHeader;
  #start = 0;

  constructor(layout: MessageLayout) {
    super(layout.path, layout.parts);
    this.$layout = layout;
    this.#stated = statedBy(layout, layout.version);
  }

  /** Writes the header at the place, which has room for it. */
  abstract $header(view: DataView, at: number, stated: StatedHeader): void;
  abstract readonly $headerBytes: number;

  /**
   * Begins a message at an offset of the view.
   *
   * @param end - The message may not reach beyond it; the end of the view unless given.
   * @throws SbeError `BAD_BOUNDS`, `NO_SPACE`.
   */
  wrap(view: DataView, offset: number, end: number = view.byteLength): this {
    checkBounds(view, offset, end);
    this.#start = offset;
    const cursor = this.$cursor;
    cursor.view = view;
    cursor.position = offset;
    cursor.end = end;
    needRoom(cursor, this.$headerBytes, this.$path);
    this.$header(view, offset, this.#stated);
    cursor.position += this.$headerBytes;
    this.$startBlock(this.$layout.blockBytes);
    return this;
  }

  /** Ends the message. @returns its bytes, header included. */
  finish(): number {
    this.$closeParts();
    return this.$cursor.position - this.#start;
  }

  /**
   * Ends the message as a sender of an older version of the schema would have: what came later is
   * left out, whatever it was set to. Until then it needs the room of the schema's own version.
   *
   * @returns its bytes, header included.
   * @throws SbeError `OUT_OF_RANGE` when the schema is older than the version.
   */
  finishAs(version: number): number {
    const { $layout: layout, $cursor: cursor } = this;
    if (!Number.isInteger(version) || version < 0 || version > layout.version) {
      const detail = `version ${version}, the schema has 0 to ${layout.version}`;
      throw outOfRange(layout.path, this.#start, detail);
    }
    this.finish();
    if (version < layout.version) {
      const { view, position: end } = cursor;
      const at = this.#start + this.$headerBytes;
      cursor.position = cutToVersion({ view, at, end, layout }, version);
      this.$header(view, this.#start, statedBy(layout, version));
    }
    return cursor.position - this.#start;
  }
}

function statedBy(layout: MessageLayout, version: number): StatedHeader {
  return {
    version,
    blockBytes: blockBytesAt(layout, version),
    ...partCounts(layout.parts, version),
  };
}
