// The examples of the how-to, run as they are against a ring.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot, startProcess, waitFor } from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import { testRing } from '../test/test-ring.ts';

test.each([
  ['consume', 'BTC-USDT traded 0 @ 273098'],
  ['consume-batches', 'ticks of kucoin.0 up to'],
  ['consume-in-worker', '{ trades: 100, size: 0 }'],
])('%s prints what the how-to says', async (name, expected) => {
  const { dir, ring, publish } = testRing({ name: 'kucoin.0', vendor: 'kucoin' });
  const example = startProcess({
    script: `docs/examples/${name}.ts`,
    env: { TICKWIRE_RING_DIR: dir },
  });
  // It starts at the latest tick, so go on until it has seen some.
  await waitFor(
    () => {
      publish(Array.from({ length: 20 }, () => ({ price: 273_098 })));
      publish([{ kind: TickKind.Quote, price: 273_097 }]);
      if (example.hasEnded) throw new Error(example.stderr);
      return example.stdout.includes(expected);
    },
    { what: `"${expected}" printed by the example` },
  );
  ring.close();
  expect(await example.ended, example.stderr).toMatchObject({ code: 0 });
  expect(example.stdout).toContain('inFlight: 0');
});

test('the how-to shows the examples as they are', () => {
  const read = (path: string) => readFileSync(join(repositoryRoot(), 'docs', path), 'utf8');
  const page = read('how-to/consume.md');
  expect(page).toContain(read('examples/consume.ts'));
  for (const name of ['consume-batches', 'consume-in-worker']) {
    const shown = page.split('```').filter((piece) => piece.startsWith('ts\n'));
    const example = read(`examples/${name}.ts`);
    expect(shown.some((piece) => example.includes(piece.slice('ts\n'.length)))).toBe(true);
  }
});
