/**
 * Where the venue's sequences stood when the writer before this one ended, read from the ring
 * itself: what is in it is what consumers have, to the tick. Its ticks carry the low 32 bits; the
 * high ones come from the marks that a living writer saves, and from CLEAR ticks.
 */
import { ABSENT } from '@tickwire/core';
import { openRing, sequenceMark } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import type { ResumePoint, SymbolPosition } from '@tickwire/venue-kucoin';
import { TickKind, TickView } from '@tickwire/wire-tick';

const TWO_32 = 4294967296;
const TICK_STRIDE = 64;

/** By symbol; empty for a ring that this writer made. */
export function readResumePoints(dir: string, ring: RingProducer): Map<string, ResumePoint> {
  const points = new Map<string, ResumePoint>();
  if (ring.epoch === 1) return points;
  const subscription = openRing({ dir, name: ring.name, from: 'oldest' });
  const tick = new TickView();
  try {
    for (let run = subscription.poll(); run !== undefined; run = subscription.poll()) {
      for (let at = 0; at < run.count * TICK_STRIDE; at += TICK_STRIDE) {
        tick.wrap(run.view, at);
        if (tick.kind !== TickKind.Level && tick.kind !== TickKind.Clear) continue;
        const symbol = ring.directory.get(tick.instrument)?.symbol;
        if (symbol === undefined) continue;
        const known = points.get(symbol)?.sequence ?? markOf(ring, tick.instrument);
        const sequence = fullSequence(tick, known);
        if (sequence === undefined) continue;
        points.set(symbol, { sequence, recvHi: tick.tsRecvHi, recvLo: tick.tsRecvLo });
      }
    }
  } finally {
    subscription.close();
  }
  return points;
}

/** Saves where each symbol stands: written into the ring with its next heartbeat. */
export function saveResumeMarks(ring: RingProducer, positions: Iterable<SymbolPosition>): void {
  for (const { index, sequence } of positions) ring.saveResume(index, sequenceMark(sequence));
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
