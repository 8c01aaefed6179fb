/** The vendor's own small files, decompressed, and what its own library reads in them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

export interface CapturedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isFragment: boolean;
  /** Lines of JSON: metadata, unless it is a fragment, and records. */
  readonly expected: readonly unknown[];
}

export function capturedFiles(root: string): CapturedFile[] {
  return ['dbn', 'py/GLBX.MDP3', 'py/EQUS.MINI'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .sort()
      .map((file) => capturedFile(root, join(folder, file))),
  );
}

function capturedFile(root: string, name: string): CapturedFile {
  const packed = readFileSync(join(root, name));
  const lines = readFileSync(join(root, 'expected', `${name}.jsonl`), 'utf8');
  return {
    name,
    // A copy: slices of a Buffer would share its bytes.
    bytes: new Uint8Array(name.endsWith('.zst') ? zstdDecompressSync(packed) : packed),
    isFragment: name.includes('.frag'),
    expected: lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  };
}
