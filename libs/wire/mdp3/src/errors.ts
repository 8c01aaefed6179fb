import { TickwireError } from '@tickwire/core';

/**
 * Codes of `Mdp3Error`.
 *
 * Of packets that are read: `TRUNCATED` (the bytes end inside a header; in the TCP framing also
 * inside a message, whose rest may follow), `BAD_SIZE` (a message states fewer bytes than its
 * header has, or in the UDP framing more than the packet), `BAD_ENCODING` (no technical header
 * where the TCP framing has one).
 *
 * Of packets that are written: `NO_SPACE`, `TOO_LARGE` (a message above what its size can state),
 * `OUT_OF_RANGE`.
 */
export type Mdp3ErrorCode =
  'TRUNCATED' | 'BAD_SIZE' | 'BAD_ENCODING' | 'NO_SPACE' | 'TOO_LARGE' | 'OUT_OF_RANGE';

const HINTS: Readonly<Record<Mdp3ErrorCode, string>> = {
  TRUNCATED: 'count the packet as damaged; of a TCP stream, go on when more bytes are there',
  BAD_SIZE: 'count the packet as damaged: where its next message begins is not known',
  BAD_ENCODING: 'check that the bytes are of the conflated TCP feed, from the start of a message',
  NO_SPACE: 'give a larger buffer, or begin another packet',
  TOO_LARGE: 'split the message: its size is stated in 16 bits',
  OUT_OF_RANGE: 'give an integer that fits the field',
};

/** Bytes that are no packet of MDP 3.0, or a message that does not fit one. */
export class Mdp3Error extends TickwireError {
  declare readonly code: Mdp3ErrorCode;
  /** From the first byte of the packet. */
  readonly offset: number;

  constructor(code: Mdp3ErrorCode, offset: number, detail: string) {
    super(code, `packet at byte ${offset}: ${detail}`, { hint: HINTS[code] });
    this.offset = offset;
  }
}
