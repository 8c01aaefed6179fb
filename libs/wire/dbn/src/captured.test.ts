// Goal: what is read is what the vendor's own library reads, and what is written is what it wrote.
// Method: the vendor's own test files of versions 1 to 3 and all schemas, beside recorded values.
import { capturedData } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { capturedFiles } from '../test/captured-files.ts';
import type { CapturedFile } from '../test/captured-files.ts';
import { readStream } from '../test/read-stream.ts';
import { DbnDecoder } from './dbn-decoder.ts';
import { DbnEncoder } from './dbn-encoder.ts';

const root = capturedData('DBN of the vendor', 'dbn');

/** Decodes a file and writes it again. */
function rewritten({ bytes, isFragment }: CapturedFile): Uint8Array {
  const decoder = new DbnDecoder(isFragment ? { fragment: {} } : {});
  decoder.push(bytes);
  let more = decoder.next();
  const version = decoder.metadata?.version ?? decoder.layout.versions[0];
  const encoder = new DbnEncoder(new Uint8Array(bytes.length + 1), {
    version: version as 1 | 2 | 3,
  });
  if (decoder.metadata !== undefined) encoder.metadata(decoder.metadata);
  for (; more; more = decoder.next()) encoder.append(decoder);
  decoder.end();
  return encoder.written;
}

describe.skipIf(root === undefined)('captured DBN', () => {
  const files = root === undefined ? [] : capturedFiles(root);
  const named = (name: string): CapturedFile => files.find((file) => file.name === name)!;
  const optionsOf = ({ isFragment }: CapturedFile) => (isFragment ? { fragment: {} } : {});

  test('is there, of three versions', () => {
    expect(files).toHaveLength(51);
  });

  test.each(files.map((file) => [file.name, file] as const))(
    '%s is read as recorded',
    (_n, file) => {
      const { json, counts, failure } = readStream(file.bytes, [], optionsOf(file));
      expect(failure).toBeUndefined();
      expect(json).toEqual(file.expected);
      expect(counts).toMatchObject({ unknown: 0, damaged: 0 });
    },
  );

  test.each(files.map((file) => [file.name, file] as const))(
    '%s is written as it was',
    (_n, file) => {
      expect(Buffer.from(rewritten(file)).equals(file.bytes)).toBe(true);
    },
  );

  test.each(files.map((file) => [file.name, file] as const))(
    '%s split at any byte is the whole',
    (_n, file) => {
      const whole = readStream(file.bytes, [], optionsOf(file));
      const text = JSON.stringify(whole);
      for (let cut = 0; cut <= file.bytes.length; cut += 1) {
        const split = JSON.stringify(readStream(file.bytes, [cut], optionsOf(file)));
        if (split !== text) expect(split, `cut at ${cut}`).toBe(text);
      }
      const bytewise = Array.from(file.bytes.keys());
      expect(readStream(file.bytes, bytewise, optionsOf(file))).toEqual(whole);
    },
  );

  test.each([
    ['dbn/test_data.definition.v1.dbn.zst', 'dbn/test_data.definition.v3.dbn.zst'],
    ['dbn/test_data.definition.dbn', 'dbn/test_data.definition.v3.dbn.zst'],
    ['dbn/test_data.definition.v1.dbn.frag.zst', 'dbn/test_data.definition.v3.dbn.frag'],
    ['dbn/test_data.statistics.v1.dbn.zst', 'dbn/test_data.statistics.v3.dbn.zst'],
    ['dbn/test_data.mbo.v1.dbn.zst', 'dbn/test_data.mbo.v3.dbn'],
  ])('%s upgraded is what the vendor made of it', (older, newer) => {
    const file = named(older);
    const upgrade = { ...optionsOf(file), upgrade: 'upgradeToV3' } as const;
    const { json } = readStream(file.bytes, [], upgrade);
    expect(json).toEqual(named(newer).expected);
    const cuts = Array.from(file.bytes.keys()).filter((at) => at % 7 === 0);
    expect(readStream(file.bytes, cuts, upgrade).json).toEqual(json);
  });
});
