import { TickwireError } from '@tickwire/core';

/** Codes of `CaptureError`. Those marked * end the reading of that file, the others one record. */
export type CaptureErrorCode =
  /** * Nothing this program knows: neither text of a raw capture nor frames nor a known format. */
  | 'NOT_A_CAPTURE'
  /** * A known format that this version does not read yet: pcap, Parquet. The message names it. */
  | 'UNSUPPORTED_FORMAT'
  /** * The operating system refused: missing, not readable, a directory without a capture. */
  | 'UNREADABLE'
  /** * The compressed data are damaged: what was before the damage has been given. */
  | 'BAD_GZIP'
  /** * The file ends inside a record or inside its compressed data. */
  | 'TRUNCATED'
  /** A line without the parts its form asks for. */
  | 'BAD_LINE'
  /** A line whose receive time is no time. */
  | 'BAD_STAMP'
  /** A line longer than the bound: skipped to its end. */
  | 'OVERSIZE_LINE'
  /** Bytes between frames that are no frame: skipped to the next one. */
  | 'BAD_FRAME'
  /** A frame whose checksum differs: its payload is not given. */
  | 'BAD_CHECKSUM';

export interface CaptureErrorAt {
  readonly file: string;
  /** 1-based line of a text file. */
  readonly line?: number;
  /** Byte offset in the (decompressed) file. */
  readonly offset?: number;
}

/** A capture that cannot be read, or one record of it that was counted and skipped. */
export class CaptureError extends TickwireError {
  declare readonly code: CaptureErrorCode;
  readonly file: string;
  readonly line: number | undefined;
  readonly offset: number | undefined;

  constructor(
    code: CaptureErrorCode,
    detail: string,
    at: CaptureErrorAt & { hint?: string; cause?: unknown },
  ) {
    const line = at.line === undefined ? '' : ` line ${at.line}`;
    const offset = at.offset === undefined ? '' : ` offset ${at.offset}`;
    super(code, `${at.file}${line || offset}: ${detail}`, {
      ...(at.hint === undefined ? {} : { hint: at.hint }),
      ...(at.cause === undefined ? {} : { cause: at.cause }),
    });
    this.file = at.file;
    this.line = at.line;
    this.offset = at.offset;
  }
}

/** Receives what was skipped. Called in the order of the file, before the next record. */
export type OnCaptureProblem = (problem: CaptureError) => void;
