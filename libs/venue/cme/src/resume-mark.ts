import type { StampNs } from '@tickwire/core';

/** Cells of a `ResumeMark`. */
export const RESUME_CELLS = 3;

const SENT_HI = 0;
const SENT_LO = 1;
/** Stored last: a process that is killed in between has not gone through the packet. */
const SEQUENCE = 2;
const SEQUENCE_MAX = 0xffff_ffff;

/**
 * How far a channel has come, in memory that outlives its process: MsgSeqNum and SendingTime of the
 * last packet that was gone through, with all of its ticks handed on. The channel that follows
 * begins behind it: what nobody has gone through is a gap like others, with its exact range. The
 * packet in whose middle a process was killed is in that gap: some of its ticks may be out.
 */
export class ResumeMark {
  readonly #cells: Float64Array;

  constructor(cells: Float64Array = new Float64Array(RESUME_CELLS)) {
    this.#cells = cells;
  }

  /** The sequence to begin with; `undefined` when nothing was gone through, or it is no mark. */
  get next(): number | undefined {
    const sequence = this.#cells[SEQUENCE]!;
    if (!Number.isInteger(sequence) || sequence < 1 || sequence > SEQUENCE_MAX) return undefined;
    return sequence === SEQUENCE_MAX ? 1 : sequence + 1;
  }

  /** When the packet of the mark was sent. */
  get sent(): StampNs {
    return { hi: this.#cells[SENT_HI]!, lo: this.#cells[SENT_LO]! };
  }

  /** A packet was gone through. */
  passed(sequence: number, sent: Readonly<StampNs>): void {
    const cells = this.#cells;
    cells[SENT_HI] = sent.hi;
    cells[SENT_LO] = sent.lo;
    cells[SEQUENCE] = sequence;
  }
}
