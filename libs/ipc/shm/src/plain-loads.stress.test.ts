// Goal: notice the Node release in which V8 begins to hoist or merge plain typed-array loads, which
// ECMAScript allows for memory that is not a SharedArrayBuffer, and which would hang every reader.
// Method: another process changes a cell; loops over nothing but plain loads must see it, and never
// half of a store.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProcess, temporaryDirectory } from '@tickwire/testing';
import { createSharedFile } from './shared-file.ts';

const script = (name: string): string => join(import.meta.dirname, '../test-processes', name);

test('this Node neither hoists nor merges plain loads of shared memory', async () => {
  const path = join(temporaryDirectory({ shared: true, name: 'loads' }), 'cells');
  createSharedFile({ path, bytes: 4_096 }).close();
  const writer = startProcess({ script: script('counting-writer.ts'), args: [path] });
  const waiter = startProcess({ script: script('plain-load-waiter.ts'), args: [path] });
  expect(await waiter.ended, waiter.stderr).toMatchObject({ code: 0 });
  expect(waiter.stdout).toContain('saw 200 rounds');
  expect(await writer.ended).toMatchObject({ code: 0 });
});

test('this machine neither tears plain loads nor plain stores of a position', async () => {
  const path = join(temporaryDirectory({ shared: true, name: 'torn' }), 'cells');
  createSharedFile({ path, bytes: 4_096 }).close();
  const writer = startProcess({ script: script('alternating-writer.ts'), args: [path] });
  const counter = startProcess({ script: script('torn-load-counter.ts'), args: [path] });
  expect(await counter.ended, counter.stderr).toMatchObject({ code: 0 });
  expect(counter.stdout).toBe('torn 0\n');
  expect(await writer.ended).toMatchObject({ code: 0 });
});
