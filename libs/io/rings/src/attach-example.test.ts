import { expect, test } from 'vitest';
import { TICK_BYTES, TextForm } from '@tickwire/core';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { createRing } from './ring-producer.ts';

test('the ten lines of the how-to print the ticks of a ring', async () => {
  const dir = temporaryDirectory({ shared: true, name: 'example' });
  const ring = createRing({ dir, name: 'kucoin.0', vendor: 'kucoin', directoryCapacity: 16 });
  const channel = ring.directory.get(0);
  if (channel === undefined) throw new Error('no entry 0');
  const symbol = { symbol: 'BTC-USDT', priceExp: -1, textForm: TextForm.Stripped };
  const instrument = ring.append({ ...channel, ...symbol });
  const bytes = new Uint8Array(TICK_BYTES);
  const tick = new TickView().wrap(new DataView(bytes.buffer), 0).begin(TickKind.Trade);
  tick.instrument = instrument;
  tick.price = 273_098;
  tick.size = 5;

  const example = startProcess({
    script: 'docs/examples/attach.ts',
    env: { TICKWIRE_RING_DIR: dir },
  });
  // It starts at the latest tick, so go on until it has seen one.
  await waitFor(
    () => {
      ring.publish(bytes, 1);
      return example.stdout.includes('BTC-USDT');
    },
    { what: 'a tick printed by the example' },
  );
  ring.close();
  expect(await example.ended, example.stderr).toMatchObject({ code: 0 });
  expect(example.stdout).toContain('27309.8');
});
