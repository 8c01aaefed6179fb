import type { Leg } from '@tickwire/domain-arbitration';

/**
 * One loop feed (definitions, snapshots, orders): messages of every instrument round and round,
 * packets numbered from 1 in each loop. Its second line is a backup and no twin, so one line is
 * read, and the other one when that says nothing any more.
 */
export class FeedLoop {
  isJoined = false;
  /** Loops that were read from their first packet to their last. */
  wholeLoops = 0;
  /** Loops with a hole, or left unfinished. */
  brokenLoops = 0;
  #line: Leg | undefined = undefined;
  #heardNs = 0;
  #expected = 1;
  /** Read from its begin on, without a hole. */
  #isUnbroken = false;
  #isWhole = false;
  #total = Infinity;
  #sequenceMin = Infinity;
  readonly #reported = new Set<number>();

  join(nowNs: number): void {
    this.isJoined = true;
    this.#line = undefined;
    this.#heardNs = nowNs;
    this.#isUnbroken = false;
    this.#isWhole = false;
    this.#total = Infinity;
    this.#reported.clear();
    this.#sequenceMin = Infinity;
  }

  leave(): void {
    this.isJoined = false;
    this.#reported.clear();
  }

  /** When a packet came last, or it was joined; monotonic ns. */
  get heardNs(): number {
    return this.#heardNs;
  }

  /** Whether all of one loop was read: every report of it, and no packet missing in between. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Of the loop at hand. */
  hasReported(securityId: number): boolean {
    return this.#reported.has(securityId);
  }

  /** The oldest packet that a snapshot of the loop at hand goes up to. */
  get sequenceMin(): number {
    return this.#sequenceMin;
  }

  /**
   * A packet comes.
   * @param silenceNs - A line that said nothing for so long is left for the other one.
   * @returns Whether it is to be read: it is of the line that is followed.
   */
  packet(
    { leg, sequence, recvNs }: { leg: Leg; sequence: number; recvNs: number },
    silenceNs: number,
  ): boolean {
    const isSilent = recvNs - this.#heardNs >= silenceNs;
    if (this.#line !== undefined && this.#line !== leg && !isSilent) return false;
    if (this.#line !== leg) this.#isUnbroken = false;
    this.#line = leg;
    this.#heardNs = recvNs;
    if (sequence === 1) {
      if (this.#isUnbroken && !this.#isWhole) this.brokenLoops += 1;
      this.#isUnbroken = true;
      this.#isWhole = false;
      this.#reported.clear();
      this.#sequenceMin = Infinity;
      this.#expected = 2;
      return true;
    }
    if (sequence !== this.#expected && this.#isUnbroken) {
      this.#isUnbroken = false;
      if (!this.#isWhole) this.brokenLoops += 1;
    }
    this.#expected = sequence + 1;
    return true;
  }

  /**
   * All of an instrument was read.
   * @param report.total - TotNumReports: instruments of a loop.
   * @param report.sequence - LastMsgSeqNumProcessed of a snapshot; 0 of definitions.
   */
  reported(report: { securityId: number; total: number; sequence: number }): void {
    const { securityId, total, sequence } = report;
    // A loop that changes its mind is none that says what it left out.
    if (this.#reported.size > 0 && total !== this.#total) this.#isUnbroken = false;
    this.#total = total;
    this.#reported.add(securityId);
    if (sequence < this.#sequenceMin) this.#sequenceMin = sequence;
    if (!this.#isUnbroken || this.#isWhole || this.#reported.size < total) return;
    this.#isWhole = true;
    this.wholeLoops += 1;
  }
}
