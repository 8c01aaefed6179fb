import { TickwireError } from '@tickwire/core';

/**
 * What can go wrong with the rings of a host, besides the errors of `ipc-ring` (the bytes) and
 * `ipc-shm` (the operating system), which pass through.
 *
 * | code | meaning | what the caller does |
 * |---|---|---|
 * | ALREADY_OWNED | another live process writes this ring | stop, or choose another name |
 * | RING_NOT_FOUND | no ring of that name | start its writer, or `waitForRing` |
 * | BAD_NAME | a name that cannot be a file name of ours | a bug or a typing mistake |
 * | BAD_FOLDER | the ring folder is not private to its owner | remove it, or choose another |
 * | BAD_LIMIT | a limit that is no number of ticks | a bug or a typing mistake |
 * | DUPLICATE_RING | a ring that a set has already | a bug of the caller |
 * | TIMEOUT | what was waited for did not come in time | look at the other process |
 * | DETACHED | used after `close` | a bug of the caller |
 */
export type RingsErrorCode =
  | 'ALREADY_OWNED'
  | 'RING_NOT_FOUND'
  | 'BAD_NAME'
  | 'BAD_FOLDER'
  | 'BAD_LIMIT'
  | 'DUPLICATE_RING'
  | 'TIMEOUT'
  | 'DETACHED';

export class RingsError extends TickwireError {
  declare readonly code: RingsErrorCode;

  constructor(code: RingsErrorCode, message: string, options: { hint?: string } = {}) {
    super(code, message, options);
  }
}
