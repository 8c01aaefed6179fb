import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RType } from '@tickwire/wire-dbn';
import type { DbnMetadata } from '@tickwire/wire-dbn';
import { DbnFileError } from '../src/errors.ts';
import { readDbn } from '../src/read-dbn.ts';

/** What the files of a folder hold, in the order of their names. */
export async function recordedIn(folder: string) {
  const found = {
    files: readdirSync(folder).sort(),
    metadata: [] as DbnMetadata[],
    /** Of orders. */
    sequences: [] as number[],
    records: 0,
    cut: 0,
  };
  for (const name of found.files) {
    const { decoder, pieces } = readDbn(join(folder, name));
    try {
      for await (const records of pieces()) {
        while (records.next()) {
          found.records += 1;
          const { rtype, view, offset } = records;
          if (rtype === RType.Mbo) found.sequences.push(view.getUint32(offset + 52, true));
        }
      }
    } catch (error) {
      if (!(error instanceof DbnFileError && error.code === 'TRUNCATED')) throw error;
      found.cut += 1;
    }
    if (decoder.metadata !== undefined) found.metadata.push(decoder.metadata);
  }
  return found;
}
