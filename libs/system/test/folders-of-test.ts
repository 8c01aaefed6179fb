import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Temporary folders of embedded systems that are there now. */
export function foldersOfTest(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('tickwire-embedded-'));
}
