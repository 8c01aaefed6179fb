/** Times of records as numbers, and records moved in time: by words, without bigint. */
import type { RecordPlace } from '@tickwire/wire-dbn';
import { VenueTime } from '../venue-time.ts';

const TWO_32 = 2 ** 32;
const ABSENT = 0xffff_ffff;
const TS_EVENT_AT = 8;

export class RecordTimes {
  readonly #baseHi: number;
  readonly #baseLo: number;
  readonly #time: VenueTime;
  /** By layout: where `ts_recv` lies; −1 in one that has none. */
  readonly #recvAt = new Map<RecordPlace['layout'], number>();

  /** @param opensAtMs - ms since the Unix epoch: what times count from. */
  constructor(opensAtMs: number) {
    this.#time = new VenueTime(opensAtMs);
    this.#baseHi = Number(this.#time.baseNs >> 32n);
    this.#baseLo = Number(this.#time.baseNs & 0xffff_ffffn);
  }

  /**
   * When the venue's gateway had a record, ns after the opening: `ts_recv`, or `ts_event` where
   * there is none. Exact within 104 days. Undefined for a record without any time.
   */
  nsOf({ view, offset, layout }: RecordPlace): number | undefined {
    const recvAt = this.#recvOf(layout);
    const recvNs = recvAt < 0 ? undefined : this.#read(view, offset + recvAt);
    return recvNs ?? this.#read(view, offset + TS_EVENT_AT);
  }

  /** Moves `ts_event` by `byNs` and `ts_recv` by `recvNs` besides; absent ones stay absent. */
  move(
    { view, offset, layout }: Omit<RecordPlace, 'length'>,
    by: { byNs: number; recvNs: number },
  ): void {
    this.#move(view, offset + TS_EVENT_AT, by.byNs);
    const recvAt = this.#recvOf(layout);
    if (recvAt >= 0) this.#move(view, offset + recvAt, by.byNs + by.recvNs);
  }

  #move(view: DataView, at: number, byNs: number): void {
    const ns = byNs === 0 ? undefined : this.#read(view, at);
    if (ns === undefined) return;
    const { lo, hi } = this.#time.set(ns + byNs);
    view.setUint32(at, lo, true);
    view.setUint32(at + 4, hi, true);
  }

  #read(view: DataView, at: number): number | undefined {
    const lo = view.getUint32(at, true);
    const hi = view.getUint32(at + 4, true);
    if (lo === ABSENT && hi === ABSENT) return undefined;
    return (hi - this.#baseHi) * TWO_32 + (lo - this.#baseLo);
  }

  #recvOf(layout: RecordPlace['layout']): number {
    const known = this.#recvAt.get(layout);
    if (known !== undefined) return known;
    const at = layout.fields.find(({ name }) => name === 'ts_recv')?.offset ?? -1;
    this.#recvAt.set(layout, at);
    return at;
  }
}
