/**
 * What the image of a ring costs its writer: ns a tick, publishing batches of 16 with and without
 * it, for ticks as a gateway writes them (3 of 4 are changes of books, which no image keeps) and
 * for quotes only. The two take turns; the median of the rounds is shown.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { createRing, removeRing } from '../src/index.ts';
import type { RingProducer } from '../src/index.ts';

const BATCH = 16;
const TICKS = 4_000_000;
const ROUNDS = 9;
const INSTRUMENTS = 500;

function batches(kinds: readonly TickKind[]): TickBatch[] {
  return Array.from({ length: 64 }, (_, number) => {
    const batch = new TickBatch(BATCH);
    for (let at = 0; at < BATCH; at++) {
      const tick = batch.add(kinds[at % kinds.length] as TickKind);
      tick.instrument = 1 + (((number * BATCH + at) * 7) % INSTRUMENTS);
    }
    return batch;
  });
}

function nsPerTick(ring: RingProducer, from: readonly TickBatch[]): number {
  const startMs = performance.now();
  for (let at = 0; at < TICKS; at += BATCH) {
    const batch = from[(at / BATCH) % from.length] as TickBatch;
    ring.publish(batch.bytes, BATCH);
  }
  return ((performance.now() - startMs) * 1e6) / TICKS;
}

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const dir = mkdtempSync('/dev/shm/tickwire-image-bench-');
try {
  const ring = (name: string, image: boolean): RingProducer =>
    createRing({ dir, name, vendor: 'bench', slotCount: 65_536, image });
  const [plain, kept] = [ring('plain.0', false), ring('image.0', true)];
  const { Level, Trade, Quote } = TickKind;
  for (const [what, kinds] of [
    ['as a gateway writes', [Level, Level, Level, Trade, Level, Level, Level, Quote]],
    ['quotes only', [Quote]],
  ] as const) {
    const from = batches(kinds);
    const without: number[] = [];
    const withImage: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      without.push(nsPerTick(plain, from));
      withImage.push(nsPerTick(kept, from));
    }
    const [a, b] = [median(without), median(withImage)];
    console.log(
      `${what}: ${a.toFixed(1)} ns a tick without an image, ${b.toFixed(1)} with one ` +
        `(+${(b - a).toFixed(1)})`,
    );
  }
  plain.close();
  kept.close();
  for (const name of ['plain.0', 'image.0']) removeRing(dir, name);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
