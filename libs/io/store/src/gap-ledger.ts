/**
 * Positions of a ring that hold no stored tick, and why: one JSON line each, in the order of the
 * positions, durable before anything behind them is. So what lies between a stored tick and the
 * next is always explained, also after a crash.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from './disk.ts';
import { diskError } from './errors.ts';

/**
 * `lapped`: overwritten before they were read. `pad`: never a tick, a writer died with them
 * claimed. `unread`: the ring was gone before they were read. `damaged`: once durable, and lost by
 * the disk.
 */
export type GapReason = 'lapped' | 'pad' | 'unread' | 'damaged';

export const GAP_REASONS: readonly GapReason[] = ['lapped', 'pad', 'unread', 'damaged'];

export interface LedgerGap {
  readonly first: number;
  readonly last: number;
  readonly reason: GapReason;
  /** ms since the Unix epoch at which it was noticed. */
  readonly noticedMs: number;
}

export class GapLedger {
  readonly path: string;
  readonly #gaps: LedgerGap[];
  #bytes: number;

  /** Reads what is there; a last line that a crash cut is removed. */
  constructor(path: string) {
    this.path = path;
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    this.#gaps = whole.split('\n').flatMap(parseGap);
    this.#bytes = Buffer.byteLength(whole);
    if (whole.length < text.length) truncateSync(path, this.#bytes);
  }

  get gaps(): readonly LedgerGap[] {
    return this.#gaps;
  }

  /** Position after the last gap; 0 when there is none. */
  get nextPosition(): number {
    return this.#gaps.reduce((next, gap) => Math.max(next, gap.last + 1), 0);
  }

  /** Positions of one reason at or above `from`. */
  count(reason: GapReason, from: number): number {
    let sum = 0;
    for (const gap of this.#gaps) {
      if (gap.reason === reason && gap.last >= from) {
        sum += gap.last - Math.max(gap.first, from) + 1;
      }
    }
    return sum;
  }

  /**
   * Adds a gap durably. The caller made all before it durable.
   * @throws StoreError `DISK_FULL`, `DISK_FAILED`: not added; call again later.
   */
  append(gap: LedgerGap): void {
    const created = !existsSync(this.path);
    const line = Buffer.from(`${JSON.stringify(gap)}\n`);
    try {
      const fd = openSync(this.path, created ? 'wx' : 'r+', 0o640);
      try {
        for (let at = 0; at < line.length;) {
          at += writeSync(fd, line, at, line.length - at, this.#bytes + at);
        }
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      if (created) syncDirectory(dirname(this.path));
    } catch (error) {
      throw diskError(error, this.path);
    }
    this.#bytes += line.length;
    this.#gaps.push(gap);
  }
}

function parseGap(line: string): LedgerGap[] {
  if (line === '') return [];
  try {
    const gap = JSON.parse(line) as LedgerGap;
    const sound =
      Number.isSafeInteger(gap.first) &&
      Number.isSafeInteger(gap.last) &&
      gap.last >= gap.first &&
      GAP_REASONS.includes(gap.reason);
    return sound ? [gap] : [];
  } catch {
    return [];
  }
}
