// Goal: the hot path stays compiled. Method: V8 itself is asked, over the real path in a process of
// its own: what it takes back after the warm-up (`--trace-deopt`), and where it has seen so many
// shapes of views that it gave up on them (megamorphic).
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProcess, temporaryDirectory } from '@tickwire/testing';

/** Of modules as a whole, which end and are not run again, and of what belongs to Node. */
const NAMED =
  /^\[bailout \(kind: (\S+), reason: ([^)]*)\): begin\. deoptimizing \S+ <JSFunction ([^ (]+)/;
/** Compiled on the spot, so that what happens does not depend on how busy the machine is. */
const FLAGS = ['--allow-natives-syntax', '--fuzzing', '--no-concurrent-recompilation'];
const OURS = ['publish', 'poll', 'add', 'wrap', 'begin', 'fill', 'take', 'copyOne'];

function run(script: string, nodeArgs: string[]) {
  const path = join(import.meta.dirname, '../test-processes', script);
  const dir = temporaryDirectory({ shared: true, name: 'hot-path' });
  return startProcess({ script: path, args: [dir, '8000'], nodeArgs });
}

function bailouts(stdout: string): string[] {
  return stdout.split('\n').flatMap((line) => {
    const [, kind, reason, name] = NAMED.exec(line) ?? [];
    return name === undefined ? [] : [`${name}: ${kind}, ${reason}`];
  });
}

test('after the warm-up nothing of the hot path is deoptimised', async () => {
  const process = run('hot-path.ts', ['--trace-deopt', '--trace-opt', ...FLAGS]);
  expect(await process.ended, process.stderr).toMatchObject({ code: 0 });
  const [before = '', after = ''] = process.stdout.split('\nwarm\n');
  // What this would look like: the compiler was at work, and changed its mind while it warmed up.
  for (const name of OURS) expect(before, name).toContain(`<JSFunction ${name} `);
  expect(bailouts(before).length).toBeGreaterThan(0);
  expect(bailouts(after)).toEqual([]);
});

test('no function that touches a view has seen too many kinds of them', async () => {
  const process = run('hot-path.ts', FLAGS);
  expect(await process.ended, process.stderr).toMatchObject({ code: 0 });
  const seen = JSON.parse(process.stdout.split('warm\n')[1] ?? '') as Record<string, string[]>;
  expect(seen['RingWriter.publish']).toContain('MONOMORPHIC');
  expect(seen['RingReader.poll']).toContain('MONOMORPHIC');
  const given = Object.entries(seen).filter(([, states]) => states.includes('MEGAMORPHIC'));
  expect(given).toEqual([]);
});

test('a tick is copied without an object', async () => {
  // A megabyte between collections: a bigint for each word would be two hundred of them.
  const process = run('single-ticks.ts', ['--trace-gc', '--max-semi-space-size=1', ...FLAGS]);
  expect(await process.ended, process.stderr).toMatchObject({ code: 0 });
  const [before = '', after = ''] = process.stdout.split(/\n(?:warm|done)\n/);
  const collections = (text: string): number => text.split('Scavenge').length - 1;
  // Until it was compiled there were such objects, and this is what they look like.
  expect(collections(before)).toBeGreaterThan(0);
  expect(collections(after)).toBeLessThanOrEqual(2);
});
