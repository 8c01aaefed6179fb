import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { temporaryDirectory } from '@tickwire/testing';
import { DbnDecoder, MboRecord } from '@tickwire/wire-dbn';
import { describe, expect, test } from 'vitest';
import { METADATA, orderStream } from '../test/sample-stream.ts';
import { DbnFileWriter } from './dbn-file-writer.ts';
import type { DbnFileWriterOptions } from './dbn-file-writer.ts';
import { readDbn } from './read-dbn.ts';

const RECORDS = 30_000;
const stream = orderStream(RECORDS);
const folder = temporaryDirectory();

/** Writes the records of the stream into a new file. */
function recorded(name: string, options: Partial<DbnFileWriterOptions> = {}) {
  const path = join(folder, name);
  const writer = new DbnFileWriter(path, { metadata: METADATA, ...options });
  const decoder = new DbnDecoder();
  decoder.push(stream);
  while (decoder.next()) writer.write(decoder);
  return { path, writer };
}

/** What is not said is 0. */
function counted(counts: {
  written?: number;
  closed?: number;
  failed?: number;
  queueFull?: number;
}) {
  const { written = 0, ...dropped } = counts;
  return { written, inFlight: 0, dropped: { queueFull: 0, failed: 0, closed: 0, ...dropped } };
}

async function recordsOf(path: string): Promise<number> {
  const { decoder, pieces } = readDbn(path);
  for await (const records of pieces()) while (records.next());
  return decoder.counts.records;
}

describe('a recording', () => {
  test('is what was written, in one frame of zstd', async () => {
    const { path, writer } = recorded('a.dbn.zst');
    await writer.close();
    expect(writer.counts).toEqual(counted({ written: RECORDS }));
    const late = new DbnDecoder();
    late.push(stream);
    late.next();
    expect(writer.write(late)).toBe(false);
    await writer.close();
    expect(writer.counts).toEqual(counted({ written: RECORDS, closed: 1 }));
    const packed = readFileSync(path);
    expect(packed.length).toBeLessThan(stream.length / 2);
    expect(zstdDecompressSync(packed).equals(stream)).toBe(true);
    expect(await recordsOf(path)).toBe(RECORDS);
  });

  test('that was not closed is read up to its last flush', async () => {
    const { path, writer } = recorded('open.dbn.zst');
    await writer.flush();
    expect(writer.counts).toEqual(counted({ written: RECORDS }));
    const copy = join(folder, 'copy-of-open.dbn.zst');
    copyFileSync(path, copy);
    const { decoder, pieces } = readDbn(copy);
    const reading = (async () => {
      for await (const records of pieces()) while (records.next());
    })();
    await expect(reading).rejects.toMatchObject({ code: 'TRUNCATED' });
    expect(decoder.counts.records).toBe(RECORDS);
    await writer.close();
  });

  test('is what was written, plain', async () => {
    const { path, writer } = recorded('a.dbn', { compression: 'none' });
    await writer.flush();
    await writer.close();
    expect(readFileSync(path).equals(stream)).toBe(true);
  });

  test('drops and counts what the disk is too slow for', async () => {
    const queueBytesMax = 600_000;
    const { path, writer } = recorded('b.dbn.zst', { queueBytesMax });
    const { written, inFlight, dropped } = writer.counts;
    expect(written + inFlight + dropped.queueFull).toBe(RECORDS);
    expect(dropped.queueFull).toBeGreaterThan(0);
    await writer.close();
    expect(writer.counts).toEqual(counted({ written: written + inFlight, ...dropped }));
    expect(await recordsOf(path)).toBe(writer.counts.written);
  });

  test('does not take the place of a file', async () => {
    await recorded('c.dbn').writer.close();
    const { writer } = recorded('c.dbn');
    await expect(writer.flush()).rejects.toMatchObject({ code: 'UNWRITABLE' });
    const decoder = new DbnDecoder();
    decoder.push(stream);
    expect(decoder.next()).toBe(true);
    expect(writer.write(decoder)).toBe(false);
    expect(writer.counts).toEqual(counted({ failed: RECORDS + 1 }));
    await expect(writer.close()).rejects.toThrow(/cannot be written \(EEXIST\)/);
  });

  test('refuses records of another form', async () => {
    const { writer } = recorded('d.dbn', { metadata: { ...METADATA, symbols: [] } });
    const order = new MboRecord();
    const place = { view: new DataView(new ArrayBuffer(64)), offset: 0, layout: order.layout };
    expect(() => writer.write({ ...place, length: 64 })).toThrow(/WRONG_RECORD|expected 56/);
    expect(() => new DbnFileWriter('', { metadata: { ...METADATA, version: 2 } })).toThrow(
      expect.objectContaining({ code: 'WRONG_RECORD' }),
    );
    await writer.close();
  });
});
