import { TickwireError } from '@tickwire/core';

/** Codes of `PcapError`. All of them end the reading; what was before has been given. */
export type PcapErrorCode =
  /** The file has no byte. */
  | 'EMPTY'
  /** The first bytes are neither those of pcap nor of pcapng. */
  | 'UNKNOWN_MAGIC'
  /** A version of the format that nobody has described yet. */
  | 'UNSUPPORTED_VERSION'
  /** A length that no capture has: where the next packet begins is not known. */
  | 'BAD_LENGTH'
  /** A block of pcapng that contradicts itself, or what came before. */
  | 'BAD_BLOCK'
  /** The file ends inside a header or a packet. */
  | 'TRUNCATED'
  /** The operating system refused. */
  | 'UNREADABLE'
  /** Of what is written: a time or a size that the format cannot hold. */
  | 'OUT_OF_RANGE';

/** A capture of packets that cannot be read any further. */
export class PcapError extends TickwireError {
  declare readonly code: PcapErrorCode;
  /** Of the packet, block or header at fault, from the start of the file. */
  readonly offset: number;

  constructor(
    code: PcapErrorCode,
    offset: number,
    why: { readonly detail: string; readonly hint?: string; readonly cause?: unknown },
  ) {
    super(code, `offset ${offset}: ${why.detail}`, {
      ...(why.hint === undefined ? {} : { hint: why.hint }),
      ...(why.cause === undefined ? {} : { cause: why.cause }),
    });
    this.offset = offset;
  }
}
