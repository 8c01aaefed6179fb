import { StreamReason, StreamState, stampToBigInt } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { GapLedger } from '@tickwire/domain-feed';
import type { GapRecord, RecvStamp } from '@tickwire/domain-feed';
import type { MissingRecords } from './merge-options.ts';
import type { RecordTarget } from './session-options.ts';
import { VENDOR } from './vendor.ts';

/**
 * What a session tells of what it lost: one gap of everything at a time, from its notice to its
 * repair, gaps of single instruments that a replay has left, and the state of the stream with them.
 */
export class SessionGaps {
  readonly #target: RecordTarget;
  readonly #onGap: (record: Readonly<GapRecord>) => void;
  readonly #ledger: GapLedger;
  #gap: GapRecord | undefined;
  #channel: StreamState = StreamState.Unknown;

  constructor(target: RecordTarget, onGap: ((record: Readonly<GapRecord>) => void) | undefined) {
    this.#target = target;
    this.#onGap = (record) => onGap?.(record);
    this.#ledger = new GapLedger(VENDOR, this.#onGap);
  }

  /** A loss or skip is being repaired. */
  get isOpen(): boolean {
    return this.#gap !== undefined;
  }

  /** Everything from `from` on may be incomplete. One that is open already goes on. */
  open(
    why: { noticedBy: GapRecord['noticedBy']; reason: StreamReason; from: StampNs | undefined },
    recv: Readonly<RecvStamp>,
  ): void {
    if (this.#gap !== undefined) return;
    const { noticedBy, reason, from } = why;
    const fromTs = from === undefined ? undefined : stampToBigInt(from).toString();
    this.#gap = this.#ledger.open({
      ...{ symbol: undefined, noticedBy, missing: undefined, fromTs },
      noticedTs: stampToBigInt(recv).toString(),
    });
    this.move(StreamState.Recovering, reason, recv);
  }

  /**
   * The present is reached: what was missing has come, or was told one by one.
   * @returns the number of the gap, if one was open.
   */
  repaired(by: 'replay' | 'snapshot', recv: Readonly<RecvStamp>): number | undefined {
    this.move(StreamState.Live, StreamReason.Connected, recv);
    const gap = this.#gap;
    if (gap === undefined) return undefined;
    this.#gap = undefined;
    const repairedTs = stampToBigInt(recv).toString();
    this.#onGap({ ...gap, state: 'repaired', repairedBy: by, repairedTs });
    return gap.id;
  }

  /** Nothing will repair it: it stays open in the ledger. */
  giveUp(recv: Readonly<RecvStamp>): void {
    this.move(StreamState.Gap, StreamReason.Disconnected, recv);
    this.#gap = undefined;
  }

  /** Records of one instrument are missing for good. */
  missing(missing: MissingRecords, recv: Readonly<RecvStamp>): void {
    const record = this.#ledger.open({
      symbol: this.#target.symbolOf(missing.instrumentId),
      noticedBy: 'sequence',
      missing: missing.missing,
      fromTs: stampToBigInt(missing.from).toString(),
      noticedTs: stampToBigInt(recv).toString(),
    });
    this.#target.onMissing(missing, record.id, recv);
  }

  /** The stream is in another state, which the target is told. */
  move(state: StreamState, reason: StreamReason, recv: Readonly<RecvStamp>): void {
    if (state === this.#channel) return;
    const change = { state, previous: this.#channel, reason, ledgerId: this.#gap?.id ?? 0 };
    this.#channel = state;
    this.#target.onChannel(change, recv);
  }
}
