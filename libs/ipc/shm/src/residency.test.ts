import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '@tickwire/testing';
import { makeResident } from './residency.ts';
import { createSharedFile, openSharedFile } from './shared-file.ts';

const MIB = 2 ** 20;

/** Kilobytes of the mapping of `path` that `/proc/self/smaps` states for a field. */
function mapped(path: string, field: string): number {
  const blocks = readFileSync('/proc/self/smaps', 'utf8').split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  const ours = blocks.filter((block) => block.split('\n')[0]?.endsWith(path) === true);
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(ours.join('\n')) ?? [];
  return Number(kilobytes);
}

test('maps every page beforehand', () => {
  const path = join(temporaryDirectory({ shared: true, name: 'resident' }), 'pages');
  createSharedFile({ path, bytes: MIB }).close();
  const memory = openSharedFile({ path, access: 'write' });
  expect(mapped(path, 'Rss')).toBeLessThan(1_024);
  expect(makeResident(memory).prefaulted).toBe(true);
  expect(mapped(path, 'Rss')).toBeGreaterThanOrEqual(1_024);
  memory.close();
});

test('locks what the limit of locked memory allows, and says so', () => {
  const path = join(temporaryDirectory({ shared: true, name: 'locked' }), 'pages');
  createSharedFile({ path, bytes: 64 * 1_024 }).close(); // mapped under the name it was made with
  const memory = openSharedFile({ path, access: 'write' });
  const { locked } = makeResident(memory);
  expect(mapped(path, 'Locked')).toBe(locked ? 64 : 0);
  memory.close();
});
