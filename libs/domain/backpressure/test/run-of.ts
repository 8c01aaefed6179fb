import { TICK_BYTES } from '@tickwire/core';
import { TickView } from '@tickwire/wire-tick';
import type { TickKind } from '@tickwire/wire-tick';
import type { TickRun } from '../src/index.ts';
import type { ModelTick } from './model-queue.ts';

/** Consecutive ticks as bytes. */
export function runOf(ticks: readonly ModelTick[]): TickRun {
  const bytes = new Uint8Array(ticks.length * TICK_BYTES);
  const view = new DataView(bytes.buffer);
  const tick = new TickView();
  for (const [index, { kind, instrument, position }] of ticks.entries()) {
    tick.wrap(view, index * TICK_BYTES).begin(kind as TickKind);
    tick.instrument = instrument;
    tick.sequence = position;
  }
  return { bytes, firstPosition: ticks[0]?.position ?? 0 };
}
