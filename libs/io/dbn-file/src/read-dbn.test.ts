import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { temporaryDirectory } from '@tickwire/testing';
import { DbnError, MboRecord } from '@tickwire/wire-dbn';
import { describe, expect, test } from 'vitest';
import { orderStream } from '../test/sample-stream.ts';
import { DbnFileError } from './errors.ts';
import { isDbnFile, readDbn } from './read-dbn.ts';

const RECORDS = 20_000;
const folder = temporaryDirectory();
const stream = orderStream(RECORDS);

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The sequences of the orders of a file, and why there are no more. */
async function sequences(path: string) {
  const reading = readDbn(path);
  const order = new MboRecord();
  const found: number[] = [];
  try {
    for await (const records of reading.pieces()) {
      while (records.next()) found.push(order.wrap(records.view, records.offset).sequence);
    }
  } catch (error) {
    if (!(error instanceof DbnError || error instanceof DbnFileError)) throw error;
    return { found, code: error.code };
  }
  return { found };
}

const all = Array.from({ length: RECORDS }, (_record, index) => index);

describe('a file of DBN', () => {
  test('is read to its end, plain, compressed, and in several frames', async () => {
    const half = stream.length >> 1;
    const frames = [stream.subarray(0, half), stream.subarray(half)].map((part) =>
      zstdCompressSync(part),
    );
    expect(await sequences(write('a.dbn', stream))).toEqual({ found: all });
    expect(await sequences(write('a.dbn.zst', zstdCompressSync(stream)))).toEqual({ found: all });
    expect(await sequences(write('b.dbn.zst', Buffer.concat(frames)))).toEqual({ found: all });
  });

  test('that was cut gives its whole records and an error', async () => {
    const plain = await sequences(write('cut.dbn', stream.subarray(0, -1)));
    expect(plain).toEqual({ found: all.slice(0, -1), code: 'TRUNCATED' });
    const packed = zstdCompressSync(stream);
    const { found, code } = await sequences(write('cut.dbn.zst', packed.subarray(0, -9)));
    expect(code).toBe('TRUNCATED');
    expect(found.length).toBeGreaterThan(RECORDS / 2);
    expect(found).toEqual(all.slice(0, found.length));
  });

  test('is known by its first bytes', async () => {
    expect(await isDbnFile(write('c', stream))).toBe(true);
    expect(await isDbnFile(write('d', zstdCompressSync(stream)))).toBe(true);
    expect(await isDbnFile(write('e', 'DBs'))).toBe(false);
    expect(await isDbnFile(write('f', ''))).toBe(false);
  });

  test('that is not there is an error with what to do', async () => {
    const path = join(folder, 'missing.dbn');
    expect(await sequences(path)).toEqual({ found: [], code: 'UNREADABLE' });
    await expect(isDbnFile(path)).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });

  test('is refused at a push before its records were taken', async () => {
    const pieces = readDbn(write('g.dbn', stream)).pieces();
    const { value } = await pieces.next();
    expect(value?.next()).toBe(true);
    await expect(pieces.next()).rejects.toMatchObject({ code: 'NOT_DRAINED' });
  });
});
