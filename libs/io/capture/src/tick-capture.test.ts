// Goal: what was written comes back, and damage costs only itself. Method: round trips, every cut,
// seeded mutations checked against the frames that were not touched.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ABSENT, AssetClass, SUPERSEDES_NONE, TICK_BYTES, TextForm } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { seededRandom, temporaryDirectory, testSeed } from '@tickwire/testing';
import { FRAME_HEADER_BYTES } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { TickCaptureWriter, readTickCapture } from './index.ts';
import type { CaptureError, TickRecord } from './index.ts';
import { FrameScanner } from './frame-scanner.ts';

const entry = (index: number): DirectoryEntry => ({
  index,
  vendor: 'kucoin',
  venue: 'KUCOIN',
  symbol: `SYM${index}-USDT`,
  canonicalSymbol: '',
  assetClass: AssetClass.Spot,
  currency: 'USDT',
  priceExp: -4,
  sizeExp: -8,
  markExp: 0,
  textForm: TextForm.Stripped,
  tickSize: 1,
  lotSize: ABSENT,
  multiplierE9: ABSENT,
  expirySec: ABSENT,
  supersedes: SUPERSEDES_NONE,
});
const origin = { ringIdHi: 0xdead_beef, ringIdLo: 7, epoch: 3 };
const ticks = (count: number, fill: number): Uint8Array =>
  new Uint8Array(count * TICK_BYTES).map((_, at) => (fill + at) & 0x3f);

/** A file of one directory frame and `frames` frames of `per` ticks each. */
function write(frames: number, per: number): string {
  const path = join(temporaryDirectory(), 'file.twc');
  const writer = new TickCaptureWriter(path);
  writer.directory(origin, [entry(1)]);
  for (let at = 0; at < frames; at++) writer.ticksRun(origin, 100 + at * per, ticks(per, at));
  expect(writer.ticks).toBe(frames * per);
  writer.close();
  return path;
}

async function readAll(path: string) {
  const problems: CaptureError[] = [];
  const records: TickRecord[] = [];
  for await (const record of readTickCapture([path], (problem) => problems.push(problem))) {
    records.push(record);
  }
  return { problems, records };
}

describe('tick capture', () => {
  test('gives back entries, ticks and positions', async () => {
    const { problems, records } = await readAll(write(3, 5));
    expect(problems).toEqual([]);
    expect(records[0]).toMatchObject({ kind: 'directory', entries: [entry(1)], ...origin });
    expect(records.slice(1)).toEqual(
      [0, 1, 2].map((at) =>
        expect.objectContaining({
          kind: 'ticks',
          ...origin,
          firstPosition: 100 + at * 5,
          count: 5,
          bytes: ticks(5, at),
        }),
      ),
    );
  });

  test('splits long runs into frames at consecutive positions', async () => {
    const { records } = await readAll(write(1, 2500));
    const runs = records.filter((record) => record.kind === 'ticks');
    expect(runs.map(({ firstPosition, count }) => [firstPosition, count])).toEqual([
      [100, 1024],
      [1124, 1024],
      [2148, 452],
    ]);
  });

  test('names the cut of a file cut at any byte and gives every whole frame', async () => {
    const whole = readFileSync(write(2, 2));
    const frameBytes = FRAME_HEADER_BYTES + 2 * TICK_BYTES;
    const directoryBytes = whole.length - 2 * frameBytes;
    for (let cut = 4; cut < whole.length; cut++) {
      const path = join(temporaryDirectory(), 'cut.twc');
      writeFileSync(path, whole.subarray(0, cut));
      const { problems, records } = await readAll(path);
      const frames = cut < directoryBytes ? 0 : 1 + Math.floor((cut - directoryBytes) / frameBytes);
      expect(records.length, `cut at ${cut}`).toBe(frames);
      const atBoundary = cut >= directoryBytes && (cut - directoryBytes) % frameBytes === 0;
      expect(
        problems.map(({ code }) => code),
        `cut at ${cut}`,
      ).toEqual(atBoundary ? [] : ['TRUNCATED']);
    }
  });

  test('gives the same frames however the bytes are cut into pieces', () => {
    const whole = readFileSync(write(4, 3));
    for (const size of [1, 7, 63, 64, 65, 200, whole.length]) {
      const scanner = new FrameScanner('f', (problem) => {
        throw problem;
      });
      const offsets: number[] = [];
      const drain = (): void => {
        for (let f = scanner.next(); f !== undefined; f = scanner.next()) offsets.push(f.offset);
      };
      for (let at = 0; at < whole.length; at += size) {
        scanner.push(whole.subarray(at, at + size));
        drain();
      }
      scanner.finish();
      drain();
      expect(offsets, `pieces of ${size}`).toEqual([0, 320, 576, 832, 1088]);
    }
  });

  test('a mutated file still gives every frame that was not touched', async () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const whole = readFileSync(write(12, 3));
    const bounds = [0, ...Array.from({ length: 12 }, (_, at) => 320 + at * 256)];
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from(whole);
      const touched = new Set<number>();
      for (let hits = 0; hits < 1 + random() * 3; hits++) {
        const at = 4 + Math.floor(random() * (bytes.length - 4)); // the file stays known as frames
        bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(random() * 255));
        touched.add(bounds.findLastIndex((start) => start <= at));
      }
      const path = join(temporaryDirectory(), 'mutated.twc');
      writeFileSync(path, bytes);
      const { records } = await readAll(path);
      const found = new Set(records.map((record) => bounds.indexOf(record.offset)));
      for (let frame = 0; frame < bounds.length; frame++) {
        if (!touched.has(frame)) expect(found, `seed ${seed} round ${round}`).toContain(frame);
      }
    }
  });

  test('finds the frames behind foreign bytes and says where those were', async () => {
    const whole = readFileSync(write(2, 2));
    const path = join(temporaryDirectory(), 'holed.twc');
    const hole = Buffer.from('TWF1 is not always a frame, TWF');
    writeFileSync(path, Buffer.concat([whole.subarray(0, 320), hole, whole.subarray(320)]));
    const { problems, records } = await readAll(path);
    expect(records.length).toBe(3);
    expect(problems.map(({ code, offset }) => [code, offset])).toEqual([['BAD_FRAME', 320]]);
  });
});
