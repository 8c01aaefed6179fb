// Goal: no reader of another process ever takes a half-written tick for a whole one, and who goes
// on after a killed writer has the image right. Method: a process that writes as fast as it can,
// and is killed again and again; each word of a tick follows from its position.
import { join } from 'node:path';
import {
  seededRandom,
  startProcess,
  temporaryDirectory,
  testSeed,
  waitFor,
} from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import { expect, test } from 'vitest';
import { ImageRead, createRing, openImage } from './index.ts';

const NAME = 'stress.0';
const READS = 2_000_000;
const KILLS = 12;
const INSTRUMENTS = 4;

function startWriter(dir: string) {
  const script = join(import.meta.dirname, '../test-processes/image-writer.ts');
  return startProcess({ script, args: [dir, NAME] });
}

/** Whether a tick of the writer is as its position demands. */
function isWholeTick(view: DataView, position: number): boolean {
  for (let word = 8; word < 16; word++) {
    if (view.getUint32(word * 4, true) !== (position * word) % 2 ** 32) return false;
  }
  return true;
}

test('a cell is whole, of its position, and never goes back, while it is written', async () => {
  const dir = temporaryDirectory({ name: 'image-stress', shared: true });
  const writer = startWriter(dir);
  await writer.ready();
  const image = openImage({ dir, name: NAME });
  if (image === undefined) throw new Error('the writer keeps no image');
  await waitFor(() => image.through > 10_000, { what: 'ticks' });
  const last = [0, 0, 0, 0];
  const found = { whole: 0, changed: 0, broken: 0, backwards: 0, torn: 0 };
  for (let at = 0; at < READS; at++) {
    const instrument = at % INSTRUMENTS;
    if (image.read(instrument, TickKind.Quote) !== ImageRead.Found) {
      found.torn += 1;
      continue;
    }
    const { position, view } = image;
    const isWhole = position % INSTRUMENTS === instrument && isWholeTick(view, position);
    found[isWhole ? 'whole' : 'broken'] += 1;
    if (position < (last[instrument] ?? 0)) found.backwards += 1;
    if (position > (last[instrument] ?? 0)) found.changed += 1;
    last[instrument] = position;
  }
  writer.child.send('stop');
  expect(await writer.ended).toEqual({ code: 0, signal: null });
  image.close();
  expect(found).toMatchObject({ broken: 0, backwards: 0 });
  expect(found.whole + found.torn).toBe(READS);
  // The two did run at once. A writer that is stopped inside a cell leaves it torn so long.
  expect(found.changed).toBeGreaterThan(100);
  expect(found.whole).toBeGreaterThan(1_000);
});

test('after each kill the next writer brings the image up to the ring', async () => {
  const dir = temporaryDirectory({ name: 'image-kills', shared: true });
  const random = seededRandom(testSeed());
  for (let kill = 0; kill < KILLS; kill++) {
    const writer = startWriter(dir);
    await writer.ready();
    const image = openImage({ dir, name: NAME });
    const { through = 0 } = image ?? {};
    const more = 2_000 + random() * 20_000;
    await waitFor(() => (image?.through ?? 0) > through + more, { what: 'ticks' });
    writer.child.kill('SIGKILL');
    await writer.ended;
    image?.close();

    const ring = createRing({
      ...{ dir, name: NAME, vendor: 'stress', slotCount: 1_024, directoryCapacity: 8 },
      image: true,
    });
    expect(ring.epoch).toBe(2 * kill + 2);
    const next = openImage({ dir, name: NAME });
    expect(next?.through).toBe(ring.position);
    const last = ring.position - ring.paddedAtTakeover;
    for (let position = last - INSTRUMENTS; position < last; position++) {
      expect(next?.read(position % INSTRUMENTS, TickKind.Quote)).toBe(ImageRead.Found);
      expect(next?.position).toBe(position);
      expect(next !== undefined && isWholeTick(next.view, position)).toBe(true);
    }
    next?.close();
    ring.abandon();
  }
});
