import { setImmediate as turn } from 'node:timers/promises';
import { openRing } from '@tickwire/io-rings';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { TICK_BYTES } from '@tickwire/core';

const MS_PER_NS = 1e-6;
const TWO_32 = 4_294_967_296;

export interface BarIdentity {
  /** Directory index in the bar ring. */
  readonly index: number;
  readonly intervalMs: number;
  readonly startMs: number;
  readonly revision: number;
}

export const barKey = (bar: BarIdentity): string =>
  `${bar.index}/${bar.intervalMs}/${bar.startMs}/${bar.revision}`;

/**
 * The bars that a ring of ours holds from before a restart, by key, with their positions: what was
 * published must not be published again.
 */
export async function readEarlierBars(dir: string, name: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const ring = openRing({ dir, name, from: 'oldest' });
  const tick = new TickView();
  let price = { position: -1, startMs: 0, index: 0 };
  try {
    for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
      for (let at = 0; at < run.count; at++) {
        tick.wrap(run.view, at * TICK_BYTES);
        const position = run.firstPosition + at;
        if (tick.kind === TickKind.BarPrice) {
          const startMs = Math.round((tick.tsEventHi * TWO_32 + tick.tsEventLo) * MS_PER_NS);
          price = { position, startMs, index: tick.instrument };
        } else if (tick.kind === TickKind.BarVolume && price.position === position - 1) {
          const { intervalMs, revision } = tick;
          found.set(barKey({ ...price, intervalMs, revision }), price.position);
        }
      }
      await turn();
    }
  } finally {
    ring.close();
  }
  return found;
}
