import { TickwireError } from '@tickwire/core';

/**
 * What can go wrong on the way to disk and back.
 *
 * | code | meaning | what the caller does |
 * |---|---|---|
 * | DISK_FULL | no space, quota or file size left | stop taking, show it, try again later |
 * | DISK_FAILED | another failure of a write, rename or read | as above |
 * | SYNC_FAILED | the disk did not confirm; that file is given up | commit again: into a new one |
 * | BAD_STORE | files that contradict each other or themselves | see the hint; nothing is guessed |
 * | BAD_ROW | a row that no tick gives | the row was not written by this library |
 * | BAD_QUERY | the SQL is wrong or ran out of its bounds | show the message |
 * | NOT_READ_ONLY | a statement that is no query | refuse it |
 */
export type StoreErrorCode =
  | 'DISK_FULL'
  | 'DISK_FAILED'
  | 'SYNC_FAILED'
  | 'BAD_STORE'
  | 'BAD_ROW'
  | 'BAD_QUERY'
  | 'NOT_READ_ONLY';

export class StoreError extends TickwireError {
  declare readonly code: StoreErrorCode;

  constructor(
    code: StoreErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Names what the system said of `path`; `cause` keeps its own words. */
export function diskError(cause: unknown, path: string): StoreError {
  if (cause instanceof StoreError) return cause;
  const systemCode = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const text = cause instanceof Error ? cause.message : String(cause);
  if (FULL.has(systemCode) || /no space left|disk full|file too large/i.test(text)) {
    const hint = 'free some space or lower TICKWIRE_STORE_BUDGET_BYTES; it goes on by itself';
    return new StoreError('DISK_FULL', `no space to write ${path}`, { cause, hint });
  }
  return new StoreError('DISK_FAILED', `cannot write ${path}: ${text}`, { cause });
}
