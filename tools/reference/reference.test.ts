// Goal: what the pages say of a key, its variable, option, domain and default is what the code does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_KEYS } from '@tickwire/system';
import { repositoryRoot } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { madePages } from './pages.ts';

const root = repositoryRoot();

test.each((await madePages(root)).map((page) => [page.path, page.text]))(
  '%s is as the code has it (else run tools/reference/run.ts)',
  (path, text) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  },
);

test('every option of the command line in the table is in the help of up', () => {
  const help = readFileSync(join(root, 'apps/cli/src/up/up-command.ts'), 'utf8');
  for (const { flag } of CONFIG_KEYS) if (flag !== undefined) expect(help).toContain(`'${flag}`);
});
