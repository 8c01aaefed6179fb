// Goal: what could not be read is kept with its reason, within its bounds. Method: real files in a
// folder of the test.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { COUNTER_FILE_BYTES, CounterTable, stampFromBigInt } from '@tickwire/core';
import { temporaryDirectory } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { RejectedFrames } from './rejected-frames.ts';

const SECOND_NS = 1_000_000_000n;

function setUp(bytesMax = 1_000_000) {
  const folder = join(temporaryDirectory({ name: 'rejected' }), 'rejected');
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const skipped = stats.counter('count/skipped');
  const frames = new RejectedFrames({ folder, name: 'acme', bytesMax, skipped });
  const lines = (name = 'acme.ndjson'): Record<string, unknown>[] =>
    readFileSync(join(folder, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const add = (text: string, atNs = 5n * SECOND_NS): void =>
    frames.add(
      { code: 'BAD_JSON', field: 'data', offset: 17 },
      Buffer.from(text),
      stampFromBigInt(atNs),
    );
  return { folder, skipped, lines, add };
}

test('keeps the reason, the field, the offset, the length and the first KiB', () => {
  const { lines, add } = setUp();
  add('{"topic":');
  add('x'.repeat(3_000));
  const [first, second] = lines();
  expect(first).toEqual({
    ts: '5000000000',
    ...{ code: 'BAD_JSON', field: 'data', offset: 17, bytes: 9 },
    head: Buffer.from('{"topic":').toString('base64'),
  });
  expect(second?.bytes).toBe(3_000);
  expect(Buffer.from(String(second?.head), 'base64').toString()).toBe('x'.repeat(1_024));
});

test('a flood writes a hundred a second; the rest is counted', () => {
  const { lines, add, skipped } = setUp();
  for (let at = 0; at < 250; at += 1) add('flood');
  expect(lines()).toHaveLength(100);
  expect(skipped.value).toBe(150);
  add('later', 6n * SECOND_NS);
  expect(lines()).toHaveLength(101);
});

test('a file that is half full becomes the older one; both stay within the bound', () => {
  const { folder, lines, add } = setUp(10_000);
  for (let at = 0; at < 90; at += 1) add(`frame ${at} ${'x'.repeat(500)}`, BigInt(at) * SECOND_NS);
  const older = lines('acme.1.ndjson');
  const sizes = ['acme.ndjson', 'acme.1.ndjson'].map((name) => statSync(join(folder, name)).size);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000);
  expect(Number(older.at(-1)?.ts) + 1e9).toBe(Number(lines()[0]?.ts));
  expect(lines().at(-1)?.ts).toBe('89000000000');
});

test('goes on with the file of the run before', () => {
  const { folder, lines, add } = setUp();
  add('before');
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const skipped = stats.counter('count/skipped');
  const next = new RejectedFrames({ folder, name: 'acme', bytesMax: 1_000_000, skipped });
  next.add({ code: 'OVERSIZE', field: '', offset: 0 }, Buffer.from('after'), stampFromBigInt(1n));
  expect(lines().map(({ code }) => code)).toEqual(['BAD_JSON', 'OVERSIZE']);
  expect(existsSync(join(folder, 'acme.1.ndjson'))).toBe(false);
});
