/** Compares the image of a ring that has ended with the ring itself, tick by tick. */
import { TICK_BYTES } from '@tickwire/core';
import { IMAGE_KINDS, ImageRead, openImage, openRing, sameRingId } from '@tickwire/io-rings';
import { TickView } from '@tickwire/wire-tick';

interface LastTick {
  readonly position: number;
  readonly hex: string;
}

export interface ImageComparison {
  /** Cells whose last tick the ring still has. */
  readonly compared: number;
  /** Of these, cells with another tick or position. */
  readonly different: number;
}

/** @throws Error when there is no image of this ring. */
export function compareImage(ring: { dir: string; name: string }): ImageComparison {
  const last = lastTicks(ring);
  const image = openImage(ring);
  if (image === undefined) throw new Error(`ring ${ring.name} has no image`);
  const subscription = openRing(ring);
  if (!sameRingId(image.header.ringId, subscription.header.ringId)) {
    throw new Error('the image is of another ring');
  }
  subscription.close();
  let different = 0;
  for (const [cell, { position, hex }] of last) {
    const [instrument = 0, kind = 0] = cell.split(' ').map(Number);
    const isFound = image.read(instrument, kind) === ImageRead.Found;
    if (isFound && image.position === position && hexOf(image.view, 0) === hex) continue;
    different += 1;
  }
  image.close();
  return { compared: last.size, different };
}

/** By `instrument kind`. What concerns the whole ring belongs to its own entry, 0. */
function lastTicks(ring: { dir: string; name: string }): Map<string, LastTick> {
  const subscription = openRing({ ...ring, from: 'oldest' });
  const tick = new TickView();
  const last = new Map<string, LastTick>();
  for (let run = subscription.poll(); run !== undefined; run = subscription.poll()) {
    for (let at = 0; at < run.count; at++) {
      tick.wrap(run.view, at * TICK_BYTES);
      if (!IMAGE_KINDS.includes(tick.kind)) continue;
      const instrument = tick.instrument === 0xffff_ffff ? 0 : tick.instrument;
      const position = run.firstPosition + at;
      last.set(`${instrument} ${tick.kind}`, { position, hex: hexOf(run.view, at * TICK_BYTES) });
    }
  }
  subscription.close();
  return last;
}

const hexOf = (view: DataView<ArrayBuffer>, offset: number): string =>
  Buffer.from(view.buffer, view.byteOffset + offset, TICK_BYTES).toString('hex');
