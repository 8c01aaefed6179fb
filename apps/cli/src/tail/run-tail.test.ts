// Goal: `tail --last` begins with the state of each instrument and goes on with what comes, each
// tick once. Method: a ring with an image, the command's own loop.
import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import { temporaryDirectory, waitFor } from '@tickwire/testing';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { expect, onTestFinished, test } from 'vitest';
import { runTail } from './run-tail.ts';
import { TickFilter } from './tick-filter.ts';

test('prints the last ticks of each instrument, then those that come', async () => {
  const dir = temporaryDirectory({ name: 'tail', shared: true });
  const options = { dir, name: 'kucoin.0', vendor: 'kucoin', slotCount: 64, image: true };
  const ring = createRing(options);
  onTestFinished(() => ring.close());
  for (const symbol of ['A', 'B']) {
    ring.append({
      ...{ vendor: 'kucoin', venue: '', symbol, canonicalSymbol: '', currency: '' },
      ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped, supersedes: SUPERSEDES_NONE },
      ...{ priceExp: 0, sizeExp: 0, markExp: 0 },
      ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
    });
  }
  const batch = new TickBatch(1);
  const quote = (instrument: number, bidPrice: number): void => {
    batch.clear();
    const tick = batch.add(TickKind.Quote);
    tick.instrument = instrument;
    Object.assign(tick, { bidPrice, askPrice: bidPrice + 1, bidSize: 1, askSize: 1 });
    ring.publish(batch.bytes, 1);
  };
  quote(1, 10);
  quote(2, 20);
  quote(1, 11);

  let printed = '';
  const stop = new AbortController();
  const tail = runTail({
    ...{ ringDir: dir, rings: [], count: 3, last: true, json: true, signal: stop.signal },
    filter: new TickFilter({ vendors: [], symbols: [], kinds: ['QUOTE'] }),
    terminal: {
      ...{ isInteractive: false, hasColour: false, columns: () => 80, rows: () => 24 },
      out: (text) => void (printed += text),
      note: (line) => void (printed += line),
      drained: () => Promise.resolve(),
    },
  });
  await waitFor(() => printed.split('\n').length > 2, { what: 'the last quotes' });
  quote(2, 21);
  expect(await tail).toBe(3);
  const ticks = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { symbol: string; bidPrice: string; position: number });
  expect(ticks.map(({ symbol, bidPrice, position }) => [symbol, bidPrice, position])).toEqual([
    ['A', '11', 2],
    ['B', '20', 1],
    ['B', '21', 3],
  ]);
});
