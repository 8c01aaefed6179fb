import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import { BarBuilder } from '@tickwire/domain-bars';
import { Action, Side, TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';
import { expect, test } from 'vitest';
import { barMessage } from './bar-message.ts';

test('a bar on the bus is exact text, with its key and its flags by name', () => {
  const entry = {
    ...{ index: 1, vendor: 'v', venue: 'V', symbol: 'A/B', canonicalSymbol: '', currency: 'B' },
    ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped, supersedes: SUPERSEDES_NONE },
    ...{ priceExp: -8, sizeExp: -8, markExp: 0 },
    ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
  };
  const said: unknown[] = [];
  const builder = new BarBuilder({
    timeframesMs: [60_000],
    lookup: () => entry,
    onBar: (bar) => said.push(JSON.parse(barMessage(bar, entry, { ringId: 'ab', position: 4 }))),
  });
  const batch = new TickBatch(1);
  const tick = batch.add(TickKind.Trade);
  tick.setTsRecv(411_467_137, 0);
  tick.instrument = 1;
  tick.setSideAction(Side.Bid, Action.Trade);
  tick.flags = TickFlag.Last;
  tick.price = 5_816_342_000_000;
  tick.size = 123_456_789_012;
  builder.apply(batch.view, 0, 0);
  builder.drain();
  expect(said).toEqual([
    {
      ...{ ringId: 'ab', position: 4, vendor: 'v', venue: 'V', symbol: 'A/B', intervalMs: 60_000 },
      startNs: '1767237840000000000',
      ...{ open: '58163.42', high: '58163.42', low: '58163.42', close: '58163.42' },
      ...{ volume: '1234.56789012', turnover: '71806690.7115634104' },
      ...{ trades: 1, coverage: 0, revision: 0, flags: ['partial'] },
    },
  ]);
});
