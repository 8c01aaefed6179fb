// Goal: a compressed file that is damaged gives what stands before the damage and an error that has
// a code, and ends. Method: files of one frame and of several, with bytes changed, or cut.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom, temporaryDirectory, testSeed } from '@tickwire/testing';
import { DbnError, MboRecord } from '@tickwire/wire-dbn';
import { expect, test } from 'vitest';
import { orderStream } from '../test/sample-stream.ts';
import { zstdFrame } from '../test/zstd-frames.ts';
import { DbnFileError } from './errors.ts';
import { readDbn } from './read-dbn.ts';

const FILES = 400;
const RECORDS = 3_000;
const stream = orderStream(RECORDS);
const checked = { checksum: true };

/** The stream as one frame, and as several of all sizes. */
const packed = [
  zstdFrame(stream, checked),
  Buffer.concat([
    ...[stream.subarray(0, 7), stream.subarray(7, 1_000), stream.subarray(1_000)].map((part) =>
      zstdFrame(part, checked),
    ),
  ]),
];

/** The orders of a file, in order, and why there are no more. */
async function ordersOf(path: string): Promise<{ count: number; inOrder: boolean; code: string }> {
  const reading = readDbn(path);
  const order = new MboRecord();
  let count = 0;
  let inOrder = true;
  try {
    for await (const records of reading.pieces()) {
      for (; records.next(); count += 1) {
        inOrder &&= order.wrap(records.view, records.offset).sequence === count;
      }
    }
  } catch (error) {
    if (!(error instanceof DbnError || error instanceof DbnFileError)) throw error;
    return { count, inOrder, code: error.code };
  }
  return { count, inOrder, code: 'whole' };
}

test('a damaged file gives the orders before the damage and a code', async () => {
  const random = seededRandom(testSeed());
  const below = (end: number): number => Math.floor(random() * end);
  const path = join(temporaryDirectory(), 'damaged.dbn.zst');
  const seen = new Set<string>();
  for (let file = 0; file < FILES; file += 1) {
    const source = packed[below(packed.length)]!;
    const bytes = Uint8Array.from(source);
    for (let changes = below(3); changes > 0; changes -= 1) {
      const at = below(random() < 0.3 ? 24 : bytes.length);
      bytes[at] = random() < 0.5 ? bytes[at]! ^ (1 << below(8)) : below(256);
    }
    const end = random() < 0.4 ? below(bytes.length) : bytes.length;
    writeFileSync(path, bytes.subarray(0, end));
    const { count, inOrder, code } = await ordersOf(path);
    // What zstd gives before it has seen the checksum may be wrong, and cannot be told apart.
    if (code === 'whole' || code === 'TRUNCATED') expect(count).toBeLessThanOrEqual(RECORDS);
    if (code === 'whole') expect({ count, inOrder }).toEqual({ count: RECORDS, inOrder: true });
    seen.add(code);
  }
  expect([...seen]).toEqual(expect.arrayContaining(['whole', 'BAD_ZSTD', 'TRUNCATED', 'NOT_DBN']));
});
