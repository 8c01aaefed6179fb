// Goal: what is made of the layouts is never older than they are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { madeFiles } from './made-files.ts';

test('the files made of the layouts of DBN are those of now', async () => {
  const root = repositoryRoot();
  for (const { path, text } of await madeFiles(root)) {
    const there = readFileSync(join(root, path), 'utf8');
    const remedy = `make ${path} anew: node tools/dbn-records/run.ts`;
    expect(there === text, remedy).toBe(true);
  }
});
