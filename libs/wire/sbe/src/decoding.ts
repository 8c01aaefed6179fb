/**
 * What generated decoders stand on. A decoder is a flyweight: it holds a view and an offset, reads
 * fields in place, and is moved to the next message by `wrap`. Nothing is allocated per message.
 *
 * Bounds are checked once a block, a group or a data field: `wrap` compares the stated block
 * length with what the stated version must have, so that a field's own read needs no check.
 * Groups and data are found by walking what stands before them, in whichever order they are asked
 * for. Names with `$` belong to the runtime: no field of a schema can have one.
 */
import { blockTooShort, checkEntries, checkEntry, checkRoom, dataLength } from './bounds.ts';
import { hasFields } from './bounds.ts';
import { skipPart, statedBlock, statedCount } from './bounds.ts';
import type { Frame } from './bounds.ts';
import { SbeError } from './errors.ts';
import type { GroupJson, MessageJson, SbeJson } from './json.ts';
import type { DataLayout, GroupLayout, MessageLayout, PartLayout } from './layout.ts';
import { bytesOf, readLatin1, readUtf8 } from './text.ts';

/** Where a flyweight stands before it was given anything: reading there is a RangeError. */
export const NOWHERE = new DataView(new ArrayBuffer(0));

/** A composite: fields at fixed offsets, inside of a block that was checked. */
export abstract class CompositeDecoder {
  $view: DataView = NOWHERE;
  $at = 0;
  $version = 0;

  /** Moves to a place that the caller has checked. */
  $place(view: DataView, at: number, version: number): this {
    this.$view = view;
    this.$at = at;
    this.$version = version;
    return this;
  }
}

/** A block and the groups and data behind it. */
export abstract class BlockDecoder implements Frame {
  $view: DataView = NOWHERE;
  $at = 0;
  $end = 0;
  $version = 0;
  $blockLength = 0;
  readonly $parts: readonly PartLayout[];
  /** Where each part begins, as far as that is known; the last is where all parts end. */
  readonly $starts: number[];
  $known = 0;

  constructor(parts: readonly PartLayout[]) {
    this.$parts = parts;
    this.$starts = new Array<number>(parts.length + 1).fill(0);
  }

  $startAt(at: number): void {
    this.$at = at;
    this.$known = 0;
    this.$starts[0] = at + this.$blockLength;
  }

  $partAt(part: number): number {
    while (this.$known < part) {
      const next = skipPart(this, this.$parts[this.$known]!, this.$starts[this.$known]!);
      this.$known += 1;
      this.$starts[this.$known] = next;
    }
    return this.$starts[part]!;
  }

  $dataLength(part: number): number {
    return dataLength(this, this.$parts[part] as DataLayout, this.$partAt(part));
  }

  /** Where the bytes of a data field begin; without meaning while its length is 0. */
  $dataAt(part: number): number {
    const layout = this.$parts[part] as DataLayout;
    const at = this.$partAt(part);
    return layout.since > this.$version ? at : at + layout.headerBytes;
  }

  $dataBytes(part: number): Uint8Array {
    return bytesOf(this.$view, this.$dataAt(part), this.$dataLength(part));
  }

  $dataText(part: number): string {
    const layout = this.$parts[part] as DataLayout;
    const length = this.$dataLength(part);
    const at = this.$dataAt(part);
    return layout.utf8 ? readUtf8(this.$view, at, length) : readLatin1(this.$view, at, length);
  }

  /** Whether the sender's version has the part at all. */
  $hasPart(part: number): boolean {
    return this.$parts[part]!.since <= this.$version;
  }

  $index(index: number, length: number, field: string): number {
    if (Number.isInteger(index) && index >= 0 && index < length) return index;
    const detail = `index ${index} of ${length}`;
    throw new SbeError('BAD_INDEX', { field, offset: this.$at, detail });
  }
}

/** The header of messages as generated code reads it. */
export interface HeaderDecoder extends Frame {
  readonly $at: number;
  readonly $bytes: number;
  readonly $blockLength: number;
  readonly $templateId: number;
  readonly $schemaId: number;
}

export abstract class MessageDecoder extends BlockDecoder {
  readonly $layout: MessageLayout;

  constructor(layout: MessageLayout) {
    super(layout.parts);
    this.$layout = layout;
  }

  /** Moves to the message whose header begins at an offset of the view. */
  abstract wrap(view: DataView, offset: number, end?: number): this;

  /** All values of the message, by the names of the schema. */
  abstract toJson(): MessageJson;

  /**
   * Moves to the message whose header was read.
   *
   * @throws SbeError `WRONG_SCHEMA`, `WRONG_TEMPLATE`, `BLOCK_PAST_END`, `BLOCK_TOO_SHORT`.
   */
  wrapAfter(header: HeaderDecoder): this {
    const { $layout: layout } = this;
    if (header.$schemaId !== layout.schemaId) {
      const detail = `schema ${header.$schemaId}, expected ${layout.schemaId}`;
      throw new SbeError('WRONG_SCHEMA', { field: layout.path, offset: header.$at, detail });
    }
    if (header.$templateId !== layout.templateId) {
      const detail = `template ${header.$templateId}, expected ${layout.templateId}`;
      throw new SbeError('WRONG_TEMPLATE', { field: layout.path, offset: header.$at, detail });
    }
    const at = header.$at + header.$bytes;
    const left = header.$end - at;
    if (header.$blockLength > left) {
      const detail = `a block of ${header.$blockLength} bytes, ${left} bytes are left`;
      throw new SbeError('BLOCK_PAST_END', { field: layout.path, offset: at, detail });
    }
    const { $version: version, $blockLength: blockLength } = header;
    if (!hasFields(layout, version, blockLength)) {
      throw blockTooShort(layout, { version, blockLength, at });
    }
    this.$view = header.$view;
    this.$end = header.$end;
    this.$version = header.$version;
    this.$blockLength = header.$blockLength;
    this.$startAt(at);
    return this;
  }

  /** The sender's version of the schema. */
  get actingVersion(): number {
    return this.$version;
  }

  /** Where the message ends: behind its last group or data that this schema knows. */
  get end(): number {
    return this.$partAt(this.$parts.length);
  }
}

/**
 * A repeating group: `while (group.next())`, then its fields. Generated classes do the usual case
 * of `$open` and `next` themselves, and come here with the rest.
 */
export abstract class GroupDecoder extends BlockDecoder {
  readonly $layout: GroupLayout;
  readonly #isFlat: boolean;
  /** Taken when it was opened: whoever owns the group may move on. */
  $source: DataView = NOWHERE;
  $count = 0;
  $entry = -1;
  $first = 0;

  constructor(layout: GroupLayout) {
    super(layout.parts);
    this.$layout = layout;
    this.#isFlat = layout.parts.length === 0;
  }

  /** Moves to a group of a block; it stands before its first entry. */
  $open(frame: Frame, at: number): this {
    this.$source = frame.$view;
    this.$count = 0;
    this.$blockLength = 0;
    this.$view = NOWHERE;
    this.$version = frame.$version;
    this.$end = frame.$end;
    this.$entry = -1;
    this.$first = at;
    if (this.$layout.since > frame.$version) return this;
    checkRoom(frame, this.$layout, at);
    const count = statedCount(frame, this.$layout, at);
    const block = statedBlock(frame, this.$layout, at);
    checkEntries(frame, this.$layout, { at, count, block });
    this.$count = count;
    this.$blockLength = block;
    this.$first = at + this.$layout.headerBytes;
    return this;
  }

  /** Entries that the sender stated, and that fit; 0 when its version has no such group. */
  get count(): number {
    return this.$count;
  }

  /** Which entry it stands on, from 0; −1 before the first. */
  get index(): number {
    return this.$entry;
  }

  /** Moves to the next entry. False behind the last: then the fields must not be read. */
  next(): boolean {
    const entry = this.$entry + 1;
    if (entry >= this.$count) {
      this.$entry = this.$count;
      this.$view = NOWHERE;
      return false;
    }
    // Entries without parts lie at equal distances, and all of them were checked to fit.
    if (this.#isFlat) this.$at = this.$first + entry * this.$blockLength;
    else this.#enter(entry);
    this.$entry = entry;
    this.$view = this.$source;
    return true;
  }

  /** Goes behind the parts of the entry before, which decide where the next one begins. */
  #enter(entry: number): void {
    const at = entry === 0 ? this.$first : this.$partAt(this.$parts.length);
    const block = this.$blockLength;
    if (block > this.$end - at) checkEntry(this, this.$layout, { at, block });
    this.$startAt(at);
  }

  abstract $entryJson(): { readonly [name: string]: SbeJson };

  /** All entries from the first on; it stands behind the last one afterwards. */
  toJson(): GroupJson {
    const entries: { readonly [name: string]: SbeJson }[] = [];
    this.$entry = -1;
    while (this.next()) entries.push(this.$entryJson());
    return { name: this.$layout.name, blockLength: this.$blockLength, entries };
  }
}
