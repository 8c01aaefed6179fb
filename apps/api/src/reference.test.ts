// Goal: docs/reference/api.md names what there is: every variable with its default, every route,
// every error. Method: compared with the schemas themselves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentKey, serviceConfig } from '@tickwire/io-service';
import { repositoryRoot } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { apiConfig } from './config.ts';
import { newPlace, startApi } from '../test/api-process.ts';

const page = readFileSync(join(repositoryRoot(), 'docs/reference/api.md'), 'utf8');
const errors = readFileSync(join(import.meta.dirname, 'errors.ts'), 'utf8');
const keys = Object.keys(apiConfig.shape).filter((key) => !Object.hasOwn(serviceConfig.shape, key));

describe('the reference of the api', () => {
  test.each(keys)('names the variable of %s with its default', (key) => {
    const row = page.split('\n').find((line) => line.includes(`\`${environmentKey(key)}\``)) ?? '';
    expect(row).not.toBe('');
    const parsed = apiConfig.shape[key as keyof typeof apiConfig.shape].safeParse(undefined);
    const isPlain = ['string', 'number'].includes(typeof parsed.data);
    if (parsed.success && isPlain) expect(row).toContain(String(parsed.data));
  });

  test('names every route and parameter that OpenAPI has', async () => {
    const api = await startApi(newPlace());
    const { paths } = await api.json<{ paths: Record<string, Record<string, Operation>> }>(
      '/openapi.json',
    );
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { parameters }] of Object.entries(methods)) {
        const name = `\`${method.toUpperCase()} ${path.replace('{id}', ':id')}\``;
        const row = page.split('\n').find((line) => line.startsWith(`| ${name}`)) ?? '';
        expect(row, name).not.toBe('');
        for (const one of parameters.filter((parameter) => parameter.in === 'query')) {
          expect(row, name).toContain(`\`${one.name}\``);
        }
      }
    }
    await api.process.stop();
  });

  test('names every error', () => {
    const codes = [...errors.matchAll(/^ {2}([A-Z_]+): \d{3},$/gm)].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) expect(page).toContain(`\`${code}\``);
  });
});

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
}
