// Goal: what lies in samples/ is what the command makes, byte for byte, and stays small.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, temporaryDirectory } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { renderSamples } from './render-samples.ts';

const BYTES_MAX = 300 * 1024;

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('the samples are those that the command makes', () => {
  const made = temporaryDirectory();
  const kept = join(repositoryRoot(), 'samples');
  renderSamples(made);
  const names = filesOf(made);
  expect(names).toEqual(['kucoin-session.twc', 'kucoin-session/rest.txt', 'kucoin-session/ws.txt']);
  expect(filesOf(kept).filter((name) => !name.endsWith('.md'))).toEqual(names);
  let bytes = 0;
  for (const name of names) {
    const content = readFileSync(join(kept, name));
    bytes += content.length;
    const remake = 'make them again: node tools/samples/make.ts';
    expect(content.equals(readFileSync(join(made, name))), `${name} differs; ${remake}`).toBe(true);
  }
  expect(bytes).toBeLessThan(BYTES_MAX);
});
