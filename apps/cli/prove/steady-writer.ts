// Publishes ticks at a steady rate when told to. One JSON argument, see `SteadyWriterOptions`;
// messages are `SteadyWriterOrder`, each answered with `{type: 'done', position, lateMsMax}`.
import { setTimeout as delay } from 'node:timers/promises';
import { TICK_BYTES } from '@tickwire/core';
import { createRing, formatRingId } from '@tickwire/io-rings';
import { fillSteadyTicks, steadyInstruments } from './steady-ticks.ts';

export interface SteadyWriterOptions {
  readonly dir: string;
  readonly name: string;
  readonly slotCount: number;
}

export type SteadyWriterOrder =
  | { readonly type: 'publish'; readonly perSecond: number; readonly seconds: number }
  | { readonly type: 'close' };

export interface SteadyWriterAnswer {
  readonly type: 'done';
  readonly position: number;
  /** How long the longest stop of this process was: it then caught up. */
  readonly lateMsMax: number;
}

const BATCH_MAX = 1_024;

const options = JSON.parse(String(process.argv[2])) as SteadyWriterOptions;
const ring = createRing({ ...options, vendor: 'steady', directoryCapacity: 128 });
for (const entry of steadyInstruments()) ring.append(entry);
const batch = new Uint8Array(BATCH_MAX * TICK_BYTES);
const view = new DataView(batch.buffer);

process.on('message', (order: SteadyWriterOrder) => void obey(order));
process.on('disconnect', () => process.exit(1));
process.send?.({ type: 'ready', info: { ringId: formatRingId(ring.ringId) } });

async function obey(order: SteadyWriterOrder): Promise<void> {
  const lateMsMax = order.type === 'publish' ? await publish(order.perSecond, order.seconds) : 0;
  if (order.type === 'close') ring.close();
  const answer: SteadyWriterAnswer = { type: 'done', position: ring.position, lateMsMax };
  process.send?.(answer);
}

/** Each millisecond what is due by then. */
async function publish(perSecond: number, seconds: number): Promise<number> {
  const first = ring.position;
  const end = first + perSecond * seconds;
  const startMs = performance.now();
  let lastMs = startMs;
  let lateMsMax = 0;
  while (ring.position < end) {
    const nowMs = performance.now();
    lateMsMax = Math.max(lateMsMax, nowMs - lastMs);
    lastMs = nowMs;
    const due = Math.min(end, first + Math.floor(((nowMs - startMs) * perSecond) / 1_000));
    while (ring.position < due) {
      const count = Math.min(BATCH_MAX, due - ring.position);
      fillSteadyTicks(view, ring.position, count);
      ring.publish(batch, count);
    }
    await delay(1);
  }
  return lateMsMax;
}
