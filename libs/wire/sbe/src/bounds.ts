// Every question of what fits: asked once a block, a group or a data field, so that the reads of
// single fields need not ask.
import { SbeError } from './errors.ts';
import type { BlockLayout, DataLayout, GroupLayout, PartLayout } from './layout.ts';
import { readHeaderNumber } from './layout.ts';

/**
 * Entries without a byte cost a sender nothing, so their count alone could keep a reader busy.
 * No schema in use has such entries at all.
 */
export const EMPTY_ENTRIES_MAX = 255;

/** A stretch of bytes that a decoder may read, and the version of who wrote them. */
export interface Frame {
  readonly $view: DataView;
  readonly $end: number;
  readonly $version: number;
}

/** @throws SbeError `BAD_BOUNDS` when a caller's offset and end are no part of the view. */
export function checkBounds(view: DataView, offset: number, end: number): void {
  const fits = Number.isInteger(offset) && Number.isInteger(end);
  if (fits && offset >= 0 && offset <= end && end <= view.byteLength) return;
  const detail = `end ${end} with ${view.byteLength} bytes in the view`;
  throw new SbeError('BAD_BOUNDS', { field: 'wrap', offset, detail });
}

/** @throws SbeError `TRUNCATED` when fewer bytes are left than a header has. */
export function checkRoom(
  frame: Frame,
  part: { readonly path: string; readonly headerBytes: number },
  at: number,
): void {
  const left = frame.$end - at;
  if (left >= part.headerBytes) return;
  const detail = `needs ${part.headerBytes} bytes, ${left} are left`;
  throw new SbeError('TRUNCATED', { field: part.path, offset: at, detail });
}

/** A block that a message or the entries of a group have, as their sender states it. */
export interface StatedBlock {
  readonly version: number;
  readonly blockLength: number;
  readonly at: number;
}

/** Whether a block of that length has all fields that the version has. */
export function hasFields(layout: BlockLayout, version: number, blockLength: number): boolean {
  for (const need of layout.required) {
    if (need.since > version) return true;
    if (need.bytes > blockLength) return false;
  }
  return true;
}

export function blockTooShort(layout: BlockLayout, stated: StatedBlock): SbeError {
  const { version, blockLength, at } = stated;
  const missing = layout.ends.find(({ since, bytes }) => since <= version && bytes > blockLength);
  const field = `${layout.path}.${missing?.field ?? ''}`;
  const detail = `ends at byte ${missing?.bytes ?? 0} of a block of ${blockLength}`;
  return new SbeError('BLOCK_TOO_SHORT', { field, offset: at, detail });
}

export function statedBlock(frame: Frame, layout: GroupLayout, at: number): number {
  return readHeaderNumber(frame.$view, at, layout.blockLength);
}

export function statedCount(frame: Frame, layout: GroupLayout, at: number): number {
  return readHeaderNumber(frame.$view, at, layout.numInGroup);
}

function pastEnd(layout: GroupLayout, at: number, detail: string): SbeError {
  return new SbeError('GROUP_PAST_END', { field: layout.path, offset: at, detail });
}

/** What stands in the dimension of a group, which begins at `at`. */
export interface StatedGroup {
  readonly at: number;
  readonly count: number;
  readonly block: number;
}

/** Checks that all entries of a group fit before the end: at once, not when the last is reached. */
export function checkEntries(frame: Frame, layout: GroupLayout, stated: StatedGroup): void {
  const { at, count, block } = stated;
  if (count === 0) return;
  if (!hasFields(layout, frame.$version, block)) {
    throw blockTooShort(layout, { version: frame.$version, blockLength: block, at });
  }
  const left = frame.$end - at - layout.headerBytes;
  if (count * block > left) {
    throw pastEnd(layout, at, `${count} entries of ${block} bytes, ${left} bytes are left`);
  }
  if (block > 0 || count <= EMPTY_ENTRIES_MAX) return;
  if (layout.parts.some((part) => part.since <= frame.$version)) return;
  const detail = `${count} entries without a byte, above ${EMPTY_ENTRIES_MAX}`;
  throw new SbeError('EMPTY_ENTRIES', { field: layout.path, offset: at, detail });
}

/** Checks that the block of one entry fits: those before it may have taken its place. */
export function checkEntry(
  frame: Frame,
  layout: GroupLayout,
  entry: { readonly at: number; readonly block: number },
): void {
  const left = frame.$end - entry.at;
  if (entry.block <= left) return;
  throw pastEnd(layout, entry.at, `an entry of ${entry.block} bytes, ${left} bytes are left`);
}

function skipGroup(frame: Frame, layout: GroupLayout, at: number): number {
  checkRoom(frame, layout, at);
  const block = statedBlock(frame, layout, at);
  const count = statedCount(frame, layout, at);
  checkEntries(frame, layout, { at, count, block });
  let next = at + layout.headerBytes;
  if (layout.parts.length === 0) return next + count * block;
  for (let entry = 0; entry < count; entry += 1) {
    if (block > frame.$end - next) checkEntry(frame, layout, { at: next, block });
    next += block;
    for (const part of layout.parts) next = skipPart(frame, part, next);
  }
  return next;
}

/** The stated length of a data field, checked; 0 when the sender's version has no such field. */
export function dataLength(frame: Frame, layout: DataLayout, at: number): number {
  if (layout.since > frame.$version) return 0;
  checkRoom(frame, layout, at);
  const length = readHeaderNumber(frame.$view, at, layout.length);
  const left = frame.$end - at - layout.headerBytes;
  if (length <= left) return length;
  const detail = `${length} bytes are stated, ${left} are left`;
  throw new SbeError('DATA_PAST_END', { field: layout.path, offset: at, detail });
}

/** Where the part after this one begins. */
export function skipPart(frame: Frame, layout: PartLayout, at: number): number {
  if (layout.since > frame.$version) return at;
  if (layout.kind === 'group') return skipGroup(frame, layout, at);
  return at + layout.headerBytes + dataLength(frame, layout, at);
}
