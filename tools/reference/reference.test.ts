// Goal: what the pages say of a key, its variable, option, domain and default is what code does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_KEYS, SERVICE_VARIABLES } from '@tickwire/system';
import { repositoryRoot } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { madePages } from './pages.ts';
import { serviceKeys } from './service-keys.ts';

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

test('the variables of services that are known to be none of the configuration are those', async () => {
  const services = await serviceKeys(root);
  const variables = services.flatMap(({ keys }) => keys.map(({ variable }) => variable));
  expect(SERVICE_VARIABLES).toEqual([...new Set(variables)].sort());
});

test('every variable of a service has a meaning', async () => {
  const keys = (await serviceKeys(root)).flatMap(({ keys: all }) => all);
  expect(keys.filter(({ meaning }) => meaning === '').map(({ variable }) => variable)).toEqual([]);
});
