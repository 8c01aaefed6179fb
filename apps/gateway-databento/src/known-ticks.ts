/**
 * What a killed writer had published, as far as a replay will bring it again: for each symbol, kind
 * and publisher the last place (event time, sequence) in the rings, and how many ticks stand there.
 * What a replay brings up to that place is in the rings already.
 *
 * Books by level are not in it: they begin anew with all their levels, from the replay's start on.
 */
import { STAMP_ABSENT_WORD, TICK_BYTES } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { TickBatch, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';

interface Place {
  hi: number;
  lo: number;
  sequence: number;
  /** Ticks at this very place. */
  count: number;
  /** Of those, how many have come again. */
  seen: number;
}

const KINDS: ReadonlySet<number> = new Set([
  ...[TickKind.Trade, TickKind.Quote, TickKind.Order, TickKind.Stat, TickKind.Status],
  ...[TickKind.Imbalance, TickKind.BarPrice, TickKind.BarVolume, TickKind.Clear],
]);
const BATCH_TICKS = 1_024;
/** A stamp that is not believed says nothing of how far the stream was. */
const UNSURE = TickFlag.BadTs | TickFlag.Snapshot;

export class KnownTicks {
  readonly #places = new Map<string, Place>();
  readonly #symbols = new Map<number, string>();
  readonly #kept = new TickBatch(BATCH_TICKS);
  readonly #tick = new TickView();
  readonly #last: StampNs = { hi: 0, lo: 0 };

  /** Time of the newest tick; `undefined` when the rings have none. */
  get last(): Readonly<StampNs> | undefined {
    return this.#last.hi === 0 ? undefined : this.#last;
  }

  /** Takes all that is in a ring. @throws as `openRing`. */
  readRing(place: { dir: string; name: string }): void {
    const ring = openRing({ ...place, from: 'oldest' });
    const tick = new TickView();
    try {
      for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
        for (let at = 0; at < run.count * TICK_BYTES; at += TICK_BYTES) {
          tick.wrap(run.view, at);
          const symbol = ring.directory.get(tick.instrument)?.symbol;
          if (symbol !== undefined) this.#remember(tick, symbol);
        }
      }
    } finally {
      ring.close();
    }
  }

  /** The index by which ticks of a symbol come from now on. */
  name(index: number, symbol: string): void {
    this.#symbols.set(index, symbol);
  }

  /** The ticks of a batch that are not known: the batch itself when that is all of them. */
  without(batch: TickBatch): TickBatch {
    const kept = this.#kept;
    kept.clear();
    let isWhole = true;
    for (let at = 0; at < batch.count; at += 1) {
      const tick = this.#tick.wrap(batch.view, at * TICK_BYTES);
      if (this.#isKnown(tick)) {
        if (isWhole) copy(batch, { from: 0, to: at }, kept);
        isWhole = false;
      } else if (!isWhole) copy(batch, { from: at, to: at + 1 }, kept);
    }
    return isWhole ? batch : kept;
  }

  #isKnown(tick: TickView): boolean {
    if (!isCounted(tick)) return false;
    const symbol = this.#symbols.get(tick.instrument);
    if (symbol === undefined) return false;
    const key = keyOf(tick, symbol);
    const place = this.#places.get(key);
    if (place === undefined) return false;
    const order = compare(tick, place);
    if (order < 0) return true;
    if (order === 0 && place.seen < place.count) {
      place.seen += 1;
      return true;
    }
    this.#places.delete(key);
    return false;
  }

  #remember(tick: TickView, symbol: string): void {
    if ((tick.flags & UNSURE) !== 0 || tick.tsEventHi === STAMP_ABSENT_WORD) return;
    if (isCounted(tick) || tick.kind === TickKind.Level) this.#advance(tick);
    if (!isCounted(tick)) return;
    const key = keyOf(tick, symbol);
    const place = this.#places.get(key);
    const order = place === undefined ? 1 : compare(tick, place);
    if (place !== undefined && order === 0) place.count += 1;
    if (order <= 0) return;
    const { tsEventHi: hi, tsEventLo: lo, sequence } = tick;
    this.#places.set(key, { hi, lo, sequence, count: 1, seen: 0 });
  }

  #advance({ tsEventHi: hi, tsEventLo: lo }: TickView): void {
    const last = this.#last;
    if (hi < last.hi || (hi === last.hi && lo <= last.lo)) return;
    last.hi = hi;
    last.lo = lo;
  }
}

const isCounted = ({ kind, flags }: TickView): boolean =>
  KINDS.has(kind) && (flags & TickFlag.Snapshot) === 0;

/** Bars of several intervals are several streams; orders and the ends of their books are one. */
const keyOf = (tick: TickView, symbol: string): string => {
  const { publisher } = tick;
  const isBar = tick.kind === TickKind.BarVolume;
  const stream = tick.kind === TickKind.Clear ? TickKind.Order : tick.kind;
  return `${symbol}/${stream}/${publisher}/${isBar ? tick.intervalMs : 0}`;
};

function compare(tick: TickView, place: Place): number {
  const { tsEventHi: hi, tsEventLo: lo } = tick;
  if (hi !== place.hi) return hi - place.hi;
  if (lo !== place.lo) return lo - place.lo;
  return (tick.sequence - place.sequence) | 0;
}

function copy(batch: TickBatch, range: { from: number; to: number }, into: TickBatch): void {
  for (let at = range.from; at < range.to; at += 1) {
    into.add(TickKind.Pad);
    const bytes = batch.bytes.subarray(at * TICK_BYTES, (at + 1) * TICK_BYTES);
    into.bytes.set(bytes, (into.count - 1) * TICK_BYTES);
  }
}
