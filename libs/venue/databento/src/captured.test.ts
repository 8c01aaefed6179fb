// Goal: real records become ticks, every one of them, with the vendor's prices to the last digit.
// Method: the vendor's own test files of all versions, beside what its own library reads in them.
import { capturedData } from '@tickwire/testing';
import { DbnDecoder } from '@tickwire/wire-dbn';
import { TickKind } from '@tickwire/wire-tick';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CollectingSink } from '../test/collecting-sink.ts';
import { NOW } from '../test/record-source.ts';
import { DatabentoNormaliser } from './normaliser.ts';

const root = capturedData('records of Databento as ticks', 'dbn');

interface Line {
  readonly price?: string;
}

function filesIn(folder: string): string[] {
  const names = root === undefined ? [] : readdirSync(join(root, folder));
  return names.filter((name) => !name.includes('.frag')).map((name) => join(folder, name));
}

function normalised(file: string) {
  const packed = readFileSync(join(root ?? '', file));
  const sink = new CollectingSink();
  const normaliser = new DatabentoNormaliser({ sink, flags: 0, hasTradeRecords: false });
  const decoder = new DbnDecoder({ upgrade: 'upgradeToV3' });
  decoder.push(new Uint8Array(file.endsWith('.zst') ? zstdDecompressSync(packed) : packed));
  while (decoder.next()) normaliser.onRecord(decoder, NOW);
  normaliser.publish();
  return { sink, normaliser };
}

function expectedLines(file: string): Line[] {
  const text = readFileSync(join(root ?? '', 'expected', `${file}.jsonl`), 'utf8');
  const [, ...lines] = text.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

describe.skipIf(root === undefined)('captured records', () => {
  const files = ['dbn', 'py/GLBX.MDP3', 'py/EQUS.MINI'].flatMap(filesIn);

  test.each(files)('%s: each record is a tick or an entry', (file) => {
    const { normaliser } = normalised(file);
    const { records, accepted, definitions } = normaliser.counts;
    expect(records).toBe(expectedLines(file).length);
    expect(accepted + definitions).toBe(records);
  });

  test.each(files.filter((file) => /\.(trades|mbo)\./.test(file)))('%s: prices', (file) => {
    const { sink } = normalised(file);
    const prices = [...sink.ticks()]
      .filter(({ kind }) => kind === TickKind.Trade || kind === TickKind.Order)
      .map((tick) => {
        const exponent = sink.entries[tick.instrument]?.priceExp ?? 0;
        return (BigInt(tick.price) * 10n ** BigInt(exponent + 9)).toString();
      });
    expect(prices).toEqual(expectedLines(file).map(({ price }) => price));
  });
});
