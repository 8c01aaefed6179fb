import { StreamReason, StreamState, stampToBigInt } from '@tickwire/core';
import type { Gap } from '@tickwire/domain-arbitration';
import type { GapLedger, GapRecord, RecvStamp, TickEmitter } from '@tickwire/domain-feed';
import type { CmeInstrument } from './instrument.ts';
import type { CmeTallies } from './tallies.ts';

/** Gaps of a channel that are open in the ledger at a time; the last one grows beyond. */
const OPEN_GAPS_MAX = 64;

type Missing = Pick<Gap, 'first' | 'count'>;

/** States of the channel and its instruments, as STREAM ticks, and gaps in the ledger. */
export class StreamTicks {
  channel: StreamState = StreamState.Unknown;
  readonly #emit: TickEmitter;
  readonly #recv: Readonly<RecvStamp>;
  readonly #ledger: GapLedger;
  readonly #tallies: CmeTallies;
  readonly #openGaps: GapRecord[] = [];

  /** @param parts.recv - The moment of what is at hand: one object, moved on. */
  constructor(parts: {
    emit: TickEmitter;
    recv: Readonly<RecvStamp>;
    ledger: GapLedger;
    tallies: CmeTallies;
  }) {
    this.#emit = parts.emit;
    this.#recv = parts.recv;
    this.#tallies = parts.tallies;
    this.#ledger = parts.ledger;
    // What the channel says before its first packet is of the moment at which listening began.
    this.#emit.begin(parts.recv, undefined);
  }

  /**
   * Packets of the channel are missing: one STREAM for all instruments.
   * @param missing - `undefined`: nobody can say which.
   */
  channelGap(missing: Missing | undefined, noticedBy: Gap['noticedBy'] | 'writer-restarted'): void {
    this.#tallies.gaps.add(1);
    this.#tallies.missingPackets.add(missing?.count ?? 0);
    const ledgerId = this.#openGap(missing, noticedBy);
    const { channel } = this;
    const isRestart = noticedBy === 'writer-restarted';
    const reason = isRestart ? StreamReason.WriterRestarted : StreamReason.SequenceGap;
    this.#change(undefined, {
      ...{ state: StreamState.Gap, previous: channel, reason, missing, ledgerId },
    });
    this.channel = StreamState.Gap;
  }

  channelIs(state: StreamState, reason: StreamReason): void {
    if (this.channel === state) return;
    this.#change(undefined, { state, previous: this.channel, reason });
    this.channel = state;
  }

  /**
   * All that was missing of the channel has been made good.
   * @param by.snapshotSequence - Of the newest snapshot; `undefined` when it was none.
   */
  repairChannel(by: {
    means: GapRecord['repairedBy'];
    snapshotSequence: number | undefined;
  }): void {
    for (const record of this.#openGaps) this.#repair(record, by);
    this.#openGaps.length = 0;
  }

  /** Reports of one instrument are missing, or its book contradicts itself (`undefined`). */
  instrumentGap(
    instrument: CmeInstrument,
    missing: { first: number; count: number } | undefined,
  ): void {
    if (missing !== undefined) {
      this.#tallies.instrumentGaps.add(1);
      this.#tallies.missingReports.add(missing.count);
      instrument.gap ??= this.#ledger.open({
        ...{ symbol: instrument.definition.entry.symbol, noticedBy: 'sequence', missing },
        ...{ fromTs: undefined, noticedTs: stampText(this.#recv) },
      });
    }
    const ledgerId = instrument.gap?.id ?? 0;
    const { stream: previous } = instrument;
    const reason = missing === undefined ? StreamReason.None : StreamReason.SequenceGap;
    const state = missing === undefined ? StreamState.Recovering : StreamState.Gap;
    this.#change(instrument, { state, previous, reason, missing, ledgerId });
    instrument.stream = state;
    instrument.gapBefore = true;
  }

  /** The instrument's book is right: `Live`, or `Recovering` while the one by order is not. */
  regained(instrument: CmeInstrument, state: StreamState): void {
    this.instrumentIs(instrument, state, StreamReason.SnapshotLoaded);
    if (instrument.gap === undefined || state !== StreamState.Live) return;
    const snapshotSequence = instrument.snapshotSequence || undefined;
    this.#repair(instrument.gap, { means: 'snapshot', snapshotSequence });
    instrument.gap = undefined;
  }

  instrumentIs(instrument: CmeInstrument, state: StreamState, reason: StreamReason): void {
    this.#change(instrument, { state, previous: instrument.stream, reason });
    instrument.stream = state;
  }

  #change(
    instrument: CmeInstrument | undefined,
    change: Parameters<TickEmitter['stream']>[1],
  ): void {
    this.#tallies.ticks.add(1);
    this.#emit.stream(instrument, change);
  }

  #openGap(missing: Missing | undefined, noticedBy: GapRecord['noticedBy']): number {
    const last = this.#openGaps.at(-1);
    if (missing !== undefined && last !== undefined && this.#openGaps.length >= OPEN_GAPS_MAX) {
      last.missing = (last.missing ?? 0) + missing.count;
      last.lastMissing = (missing.first + missing.count - 1).toString();
      return last.id;
    }
    const noticedTs = stampText(this.#recv);
    const record = this.#ledger.open({
      ...{ symbol: undefined, noticedBy, missing, fromTs: undefined, noticedTs },
    });
    this.#openGaps.push(record);
    return record.id;
  }

  #repair(
    record: GapRecord,
    by: { means: GapRecord['repairedBy']; snapshotSequence: number | undefined },
  ): void {
    const { means, snapshotSequence } = by;
    this.#ledger.repair(record, {
      ...{ means, repairedTs: stampText(this.#recv) },
      snapshotSequence: snapshotSequence?.toString(),
    });
  }
}

const stampText = (stamp: Readonly<RecvStamp>): string => stampToBigInt(stamp).toString();
