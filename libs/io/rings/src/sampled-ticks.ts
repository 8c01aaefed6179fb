/** Finding the ticks that are traced: rare, so the search must cost next to nothing. */
import { TICK_BYTES, addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { TickFlag, unpackPublishDelta } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';

const FLAGS_OFFSET = 30;

const LOOKED_AT = TickFlag.Sampled | TickFlag.Replayed;

/**
 * Byte offset of the first traced tick at or after `from`; −1 when none. A replayed tick may have
 * the flag SAMPLED from its first life; its trace was made then.
 */
export function nextSampled(run: { view: DataView; count: number }, from = 0): number {
  const { view } = run;
  const end = run.count * TICK_BYTES;
  for (let at = from; at < end; at += TICK_BYTES) {
    if ((view.getUint16(at + FLAGS_OFFSET, true) & LOOKED_AT) === TickFlag.Sampled) return at;
  }
  return -1;
}

/** When the tick was published, ns since the Unix epoch, by its own fields. */
export function publishedAt(tick: TickView): StampNs {
  const stamp = { hi: tick.tsRecvHi, lo: tick.tsRecvLo };
  addNs(stamp, unpackPublishDelta(tick.publishDelta));
  return stamp;
}
