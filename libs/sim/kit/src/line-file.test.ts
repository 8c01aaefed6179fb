import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, waitFor } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { LineFile } from './line-file.ts';

const unexpected = (error: Error): void => {
  throw error;
};

test('appends to what is there, and is whole when its end is told', async () => {
  const path = join(temporaryDirectory({ name: 'line-file' }), 'log.ndjson');
  for (const line of ['1\n', '2\n']) {
    const file = new LineFile(path, unexpected);
    file.write(line);
    await file.end();
  }
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n');
});

test('a file that cannot be written says so and stops nothing', async () => {
  const path = join(temporaryDirectory({ name: 'line-file' }), 'missing', 'log.ndjson');
  const errors: string[] = [];
  const file = new LineFile(path, ({ message }) => errors.push(message));
  file.write('1\n');
  await waitFor(() => errors.length > 0, { what: 'the error' });
  file.write('2\n');
  await file.end();
  expect(errors).toEqual([expect.stringContaining('ENOENT')]);
});

test('without a path nothing is written', async () => {
  const file = new LineFile(undefined, unexpected);
  file.write('1\n');
  await file.end();
  expect(file.isOpen).toBe(false);
});
