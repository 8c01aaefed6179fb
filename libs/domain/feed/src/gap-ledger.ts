/** One entry of the gap ledger. An entry is reported when opened and again when repaired. */
export interface GapRecord {
  /** Counts from 1 within a run; the same number is in the STREAM ticks of the gap. */
  id: number;
  vendor: string;
  /** Symbol, or `undefined` when a whole connection was lost. */
  symbol: string | undefined;
  /** First and last missing venue sequence, decimal text; `undefined` when not known (yet). */
  firstMissing: string | undefined;
  lastMissing: string | undefined;
  /** How many sequences are missing; `undefined` = not known. */
  missing: number | undefined;
  noticedBy: 'sequence' | 'timer' | 'disconnect' | 'writer-restarted' | 'overflow' | 'book-full';
  /** ns since the Unix epoch as decimal text: last good receipt before, and first after. */
  fromTs: string | undefined;
  noticedTs: string;
  state: 'open' | 'repaired';
  /**
   * `snapshot`: the changes themselves are not sent again, the book is right from here on.
   * `replay`: everything that was missing came after all. `reset`: the venue began anew.
   */
  repairedBy: 'snapshot' | 'replay' | 'reset' | undefined;
  repairedTs: string | undefined;
  /** What the repair was checked against: the snapshot's sequence. */
  proof: { snapshotSequence: string } | 'none';
}

/** What is known when a gap is noticed. */
export interface NoticedGap {
  symbol: string | undefined;
  noticedBy: GapRecord['noticedBy'];
  /** The hole, as venue sequences; `undefined` when only time tells. */
  missing: { first: number; count: number } | undefined;
  fromTs: string | undefined;
  noticedTs: string;
}

/** Numbers the gaps of a run and reports each when opened and when repaired. */
export class GapLedger {
  readonly #vendor: string;
  readonly #report: (record: Readonly<GapRecord>) => void;
  #lastId = 0;

  /** @param vendor - As in the directory entries of the feed: `kucoin`. */
  constructor(vendor: string, report: (record: Readonly<GapRecord>) => void) {
    this.#vendor = vendor;
    this.#report = report;
  }

  open(gap: NoticedGap): GapRecord {
    this.#lastId += 1;
    const record: GapRecord = {
      id: this.#lastId,
      vendor: this.#vendor,
      symbol: gap.symbol,
      firstMissing: gap.missing?.first.toString(),
      lastMissing: gap.missing && (gap.missing.first + gap.missing.count - 1).toString(),
      missing: gap.missing?.count,
      noticedBy: gap.noticedBy,
      fromTs: gap.fromTs,
      noticedTs: gap.noticedTs,
      state: 'open',
      repairedBy: undefined,
      repairedTs: undefined,
      proof: 'none',
    };
    this.#report({ ...record });
    return record;
  }

  repair(
    record: GapRecord,
    by: {
      repairedTs: string;
      snapshotSequence: string | undefined;
      means?: GapRecord['repairedBy'];
    },
  ): void {
    record.state = 'repaired';
    record.repairedBy = by.means ?? 'snapshot';
    record.repairedTs = by.repairedTs;
    record.proof =
      by.snapshotSequence === undefined ? 'none' : { snapshotSequence: by.snapshotSequence };
    this.#report({ ...record });
  }
}
