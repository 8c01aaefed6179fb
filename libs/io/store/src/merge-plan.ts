/**
 * Which small files are worth merging: by levels, as a log-structured store does it.
 *
 * A file of r rows has level floor(log_N r), N = `filesMin`; one of `fullRows` or more is full and
 * left alone. Of adjacent files up to some level, N of that very level are merged, with those of
 * lower levels between and beside them: the result is a level higher, so that a row is written
 * again about once a level. Flushes of very uneven sizes could leave files of all levels in turns,
 * so N·(level + 1) files up to a level are merged whatever their own levels are.
 *
 * Between two full files there are then fewer than N·levels others: with the defaults, of a ring's
 * day of R rows there are at most R / 2^20 + 80 files.
 */
import { dirname } from 'node:path';
import type { StoreFile } from './store-inventory.ts';

export interface MergeLimits {
  /** Files that make a merge worth its while, at least 2. */
  readonly filesMin: number;
  /** Rows from which a file is not merged any more; a merged one has at most twice as many. */
  readonly fullRows: number;
}

export const MERGE_LIMITS_DEFAULT: MergeLimits = { filesMin: 16, fullRows: 1_048_576 };

/** Files in one merge at most: each is open while it is read. */
const MERGE_FILES_MAX = 64;

/**
 * The files in runs that could become one file each: of one ring, one table, vendor and day, in
 * the order of positions, with no other file of the ring between. A file that shares its commit
 * with another day is in none: what is merged over it would cover the other day's positions too.
 */
export function adjacentRuns(files: readonly StoreFile[]): StoreFile[][] {
  const sorted = [...files].sort((a, b) =>
    a.ringId === b.ringId ? a.first - b.first || a.last - b.last : a.ringId < b.ringId ? -1 : 1,
  );
  const runs: StoreFile[][] = [];
  let run: StoreFile[] = [];
  sorted.forEach((file, at) => {
    const isShared = [sorted[at - 1], sorted[at + 1]].some(
      (other) => other?.ringId === file.ringId && other.first === file.first,
    );
    const before = run.at(-1);
    const joins =
      before?.ringId === file.ringId && dirname(before.path) === dirname(file.path) && !isShared;
    if (!joins) runs.push((run = []));
    if (isShared) run = [];
    else run.push(file);
  });
  return runs.filter((files) => files.length > 1);
}

/**
 * What to merge next in a run of files.
 * @param rows - Rows of each file, in order.
 * @returns The files from index `from` up to but without `to`; `undefined` when all is well.
 */
export function chooseMerge(
  rows: readonly number[],
  limits: MergeLimits,
): { from: number; to: number } | undefined {
  const levels = rows.map((count) => levelOf(count, limits));
  const top = levelOf(limits.fullRows - 1, limits);
  for (let level = 0; level <= top; level++) {
    for (let from = 0; from < levels.length; from++) {
      const to = endOfWindow(levels, from, level);
      const exact = levels.slice(from, to).filter((other) => other === level).length;
      const many = to - from >= limits.filesMin * (level + 1);
      if (exact >= limits.filesMin || many) return { from, to: fit(rows, { from, to }, limits) };
      from = Math.max(from, to);
    }
  }
  return undefined;
}

function levelOf(rows: number, { filesMin, fullRows }: MergeLimits): number {
  if (rows >= fullRows) return Infinity;
  let level = 0;
  for (let bound = filesMin; bound <= rows; bound *= filesMin) level += 1;
  return level;
}

function endOfWindow(levels: readonly number[], from: number, level: number): number {
  let to = from;
  while ((levels[to] ?? Infinity) <= level) to += 1;
  return to;
}

/** As many as one file may hold; two always fit, as neither is full. */
function fit(
  rows: readonly number[],
  window: { from: number; to: number },
  { fullRows }: MergeLimits,
): number {
  let sum = 0;
  let to = window.from;
  while (to < window.to && to - window.from < MERGE_FILES_MAX) {
    sum += rows[to] ?? 0;
    if (sum > 2 * fullRows) break;
    to += 1;
  }
  return to;
}
