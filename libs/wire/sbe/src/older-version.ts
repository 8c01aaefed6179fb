/**
 * What a sender of an older version of the schema would have written. Versions of a schema only
 * append, so an older message is a newer one without what was appended: the ends of its blocks,
 * and groups and data that came later.
 */
import { skipPart, statedCount } from './bounds.ts';
import { writeHeaderNumber } from './layout.ts';
import type { BlockLayout, GroupLayout, PartLayout } from './layout.ts';
import { bytesOf } from './text.ts';

/**
 * How long a block was in a version.
 *
 * Where later fields were appended, it ended before the first of them. Where bytes of no field are
 * left behind the last one, it had been longer than its fields before, too: schemas round the
 * entries of groups up, and later fields are put into what is left.
 */
export function blockBytesAt(layout: BlockLayout, version: number): number {
  const { ends, blockBytes } = layout;
  const later = ends.filter((end) => end.since > version);
  const last = Math.max(0, ...ends.map((end) => end.bytes));
  if (later.length === 0 || last < blockBytes) return blockBytes;
  const first = Math.min(...later.map((end) => end.from));
  const known = ends.filter((end) => end.since <= version).map((end) => end.bytes);
  return Math.max(first, ...known);
}

/** Whoever reads the message so far, in the version that it was written in. */
interface WrittenMessage {
  readonly view: DataView;
  /** The first byte of its block. */
  readonly at: number;
  readonly end: number;
  readonly layout: BlockLayout & {
    readonly version: number;
    readonly parts: readonly PartLayout[];
  };
}

/** Moves what an older version has to the front. */
class MessageCutter {
  readonly #message: WrittenMessage;
  readonly #version: number;
  readonly #bytes: Uint8Array;
  #source: number;
  #target: number;

  constructor(message: WrittenMessage, version: number) {
    this.#message = message;
    this.#version = version;
    this.#bytes = bytesOf(message.view, 0, message.end);
    this.#source = message.at;
    this.#target = message.at;
  }

  cut(): number {
    const { layout } = this.#message;
    this.#block(layout);
    this.#parts(layout.parts);
    return this.#target;
  }

  #block(layout: BlockLayout): void {
    const kept = blockBytesAt(layout, this.#version);
    this.#move(kept);
    this.#source += layout.blockBytes - kept;
    const start = this.#target - kept;
    for (const { since, from, bytes } of layout.ends) {
      if (since > this.#version) this.#bytes.fill(0, start + from, start + Math.min(bytes, kept));
    }
  }

  #move(bytes: number): void {
    this.#bytes.copyWithin(this.#target, this.#source, this.#source + bytes);
    this.#source += bytes;
    this.#target += bytes;
  }

  #parts(parts: readonly PartLayout[]): void {
    const { view, end, layout } = this.#message;
    const frame = { $view: view, $end: end, $version: layout.version };
    for (const part of parts) {
      const behind = skipPart(frame, part, this.#source);
      if (part.since > this.#version) this.#source = behind;
      else if (part.kind === 'data') this.#move(behind - this.#source);
      else this.#group(part);
    }
  }

  #group(layout: GroupLayout): void {
    const { view, end } = this.#message;
    const at = this.#target;
    const count = statedCount({ $view: view, $end: end, $version: 0 }, layout, this.#source);
    this.#move(layout.headerBytes);
    const value = blockBytesAt(layout, this.#version);
    writeHeaderNumber(view, at, { layout: layout.blockLength, value });
    const { groups, data } = partCounts(layout.parts, this.#version);
    if (layout.numGroups !== null) {
      writeHeaderNumber(view, at, { layout: layout.numGroups, value: groups });
    }
    if (layout.numVarDataFields !== null) {
      writeHeaderNumber(view, at, { layout: layout.numVarDataFields, value: data });
    }
    for (let entry = 0; entry < count; entry += 1) {
      this.#block(layout);
      this.#parts(layout.parts);
    }
  }
}

/** How many groups and data fields a version has. */
export function partCounts(
  parts: readonly PartLayout[],
  version: number,
): { groups: number; data: number } {
  const known = parts.filter((part) => part.since <= version);
  const groups = known.filter((part) => part.kind === 'group').length;
  return { groups, data: known.length - groups };
}

/**
 * Cuts a message, in place, to what an older version of its schema has. Its header is left to the
 * caller.
 *
 * @returns where it ends now.
 */
export function cutToVersion(message: WrittenMessage, version: number): number {
  return new MessageCutter(message, version).cut();
}
