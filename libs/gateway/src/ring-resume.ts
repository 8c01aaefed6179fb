/**
 * Where the venue's sequences stood when the writer before this one ended, read from the ring
 * itself: what is in it is what consumers have, to the tick. Its ticks carry the low 32 bits; the
 * high ones come from the marks that a living writer saves, and from CLEAR ticks.
 */
import { ABSENT, TICK_BYTES, diffNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import type { ResumePoint } from '@tickwire/domain-feed';
import { isMovedOut } from '@tickwire/domain-partition';
import { openRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { TickKind, TickView } from '@tickwire/wire-tick';

const TWO_32 = 4294967296;

/** What the rings of a killed writer say of its symbols. */
export interface RingMemory {
  /** Where each symbol's sequence stood. */
  readonly points: ReadonlyMap<string, ResumePoint>;
  /** Partition in which each symbol was written last. */
  readonly homes: ReadonlyMap<string, number>;
}

/**
 * @param rings - By partition; those that this writer made say nothing.
 * @param sequenced - Whose sequences the vendor counts: those of books, or of all data. With `all`,
 *   and before the first mark was saved, sequences are taken to be below 2^32.
 */
export function readRingMemory(
  dir: string,
  rings: readonly RingProducer[],
  sequenced: 'book' | 'all' = 'book',
): RingMemory {
  const points = new Map<string, ResumePoint>();
  const homes = new Map<string, number>();
  const newest = new Map<string, StampNs>();
  rings.forEach((ring, partition) => {
    if (ring.epoch === 1) return;
    const tail = readTail(dir, ring, sequenced);
    for (const [symbol, point] of tail.points) {
      const known = points.get(symbol);
      if (known === undefined || isAhead(point, known)) points.set(symbol, point);
    }
    for (const [symbol, recv] of tail.newest) {
      const known = newest.get(symbol);
      if (known !== undefined && diffNs(recv, known) < 0) continue;
      newest.set(symbol, recv);
      homes.set(symbol, partition);
    }
  });
  return { points, homes };
}

interface RingTail {
  readonly points: Map<string, ResumePoint>;
  /** Receipt of each symbol's last tick, those apart with which it left the ring. */
  readonly newest: Map<string, StampNs>;
}

function readTail(dir: string, ring: RingProducer, sequenced: 'book' | 'all'): RingTail {
  const tail: RingTail = { points: new Map(), newest: new Map() };
  const symbols: (string | undefined)[] = [];
  for (let index = 1; index < ring.directory.count; index++) {
    symbols[index] = ring.directory.get(index)?.symbol;
  }
  const subscription = openRing({ dir, name: ring.name, from: 'oldest' });
  const tick = new TickView();
  try {
    for (let run = subscription.poll(); run !== undefined; run = subscription.poll()) {
      for (let at = 0; at < run.count * TICK_BYTES; at += TICK_BYTES) {
        tick.wrap(run.view, at);
        const symbol = symbols[tick.instrument];
        if (symbol !== undefined) remember(tail, { tick, symbol, ring, sequenced });
      }
    }
  } finally {
    subscription.close();
  }
  return tail;
}

function remember(
  tail: RingTail,
  of: { tick: TickView; symbol: string; ring: RingProducer; sequenced: 'book' | 'all' },
): void {
  const { tick, symbol, ring, sequenced } = of;
  const { tsRecvHi: recvHi, tsRecvLo: recvLo } = tick;
  if (!isMovedOut(tick)) tail.newest.set(symbol, { hi: recvHi, lo: recvLo });
  if (!isCounted(tick.kind, sequenced)) return;
  const unmarked = sequenced === 'all' ? 0 : undefined;
  const known = tail.points.get(symbol)?.sequence ?? markOf(ring, tick.instrument) ?? unmarked;
  const sequence = fullSequence(tick, known);
  if (sequence !== undefined) tail.points.set(symbol, { sequence, recvHi, recvLo });
}

function isCounted(kind: number, sequenced: 'book' | 'all'): boolean {
  if (kind === TickKind.Level || kind === TickKind.Clear) return true;
  return sequenced === 'all' && (kind === TickKind.Trade || kind === TickKind.Quote);
}

/** By the venue's sequence; of equal ones, which an image repeats, by receipt. */
function isAhead(a: ResumePoint, b: ResumePoint): boolean {
  if (a.sequence !== b.sequence) return a.sequence > b.sequence;
  return a.recvHi > b.recvHi || (a.recvHi === b.recvHi && a.recvLo > b.recvLo);
}

function markOf(ring: RingProducer, index: number): number | undefined {
  const sequence = ring.resumed?.marks[index]?.sequence;
  return sequence === undefined || sequence === ABSENT ? undefined : sequence;
}

/** The sequence with the tick's low 32 bits that is nearest to a known one. */
function fullSequence(tick: TickView, known: number | undefined): number | undefined {
  if (tick.kind === TickKind.Clear) return tick.fullSequenceHi * TWO_32 + tick.fullSequenceLo;
  if (known === undefined) return undefined;
  const base = Math.floor(known / TWO_32) * TWO_32 + tick.sequence;
  const candidates = [base - TWO_32, base, base + TWO_32].filter((one) => one >= 0);
  return candidates.reduce((best, one) =>
    Math.abs(one - known) < Math.abs(best - known) ? one : best,
  );
}
