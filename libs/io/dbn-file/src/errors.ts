import { TickwireError } from '@tickwire/core';

/** Codes of `DbnFileError`. What was before has been given, or is in the file. */
export type DbnFileErrorCode =
  /** The compressed data contradict themselves. */
  | 'BAD_ZSTD'
  /** The file ends within a frame of zstd. */
  | 'TRUNCATED'
  /** This version of Node cannot do zstd. */
  | 'NO_ZSTD'
  /** The operating system refused to read. */
  | 'UNREADABLE'
  /** The operating system refused to write. */
  | 'UNWRITABLE';

const HINTS: Readonly<Record<DbnFileErrorCode, string>> = {
  BAD_ZSTD: 'fetch the file again',
  TRUNCATED: 'fetch the rest of the file',
  NO_ZSTD: 'use Node 22.15 or later, or plain files (zstd -d FILE)',
  UNREADABLE: 'check the path and its permissions',
  UNWRITABLE: 'check the path, its permissions and the space that is left',
};

/** A file of DBN that cannot be read, or written, any further. */
export class DbnFileError extends TickwireError {
  declare readonly code: DbnFileErrorCode;
  /** From the first byte of the file. */
  readonly offset: number;

  constructor(
    code: DbnFileErrorCode,
    offset: number,
    why: { readonly detail: string; readonly cause?: unknown },
  ) {
    super(code, `offset ${offset}: ${why.detail}`, {
      hint: HINTS[code],
      ...(why.cause === undefined ? {} : { cause: why.cause }),
    });
    this.offset = offset;
  }
}

/** The code of an error of the system or of zlib. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
