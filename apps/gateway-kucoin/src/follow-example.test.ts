// Goal: the example of docs/how-to/late-readers.md does what the page says.
import { startEmbeddedBroker } from '@tickwire/io-bus';
import { startProcess, waitFor } from '@tickwire/testing';
import { expect, onTestFinished, test } from 'vitest';
import { SYMBOLS, setUp, stop } from '../test/gateway-harness.ts';

test('the example has every book right, although it comes late', async () => {
  const broker = await startEmbeddedBroker();
  onTestFinished(() => broker.close());
  const bus = { TICKWIRE_NATS_URL: broker.url };
  const { ringDir, gateway, reader } = await setUp({ rate: 500, gateway: bus });
  await waitFor(() => reader.trusted() && reader.delivered > 2_000, { what: 'a running ring' });
  const example = startProcess({
    script: 'docs/examples/follow.ts',
    env: { ...bus, TICKWIRE_RING_DIR: ringDir },
  });
  await waitFor(() => SYMBOLS.every((symbol) => example.stdout.includes(symbol)), {
    what: 'a right book of each symbol',
  });
  await stop(gateway);
  expect(await example.ended, example.stderr).toMatchObject({ code: 0 });
  const status = JSON.parse(example.stdout.trimEnd().split('\n').at(-1) ?? '');
  expect(status).toMatchObject({ ring: 'closed', books: { right: SYMBOLS.length } });
});
