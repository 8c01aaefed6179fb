// Goal: a gateway of several rings keeps every promise of one ring, and symbols that move between
// rings while it runs lose nothing and keep their order. Method: the gateway as a process, the
// simulator under load, requests over a real bus; order and books from the rings' ticks only.
import { seededRandom, testSeed, waitFor } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { expectBooks, hopsOf, stop } from '../test/gateway-harness.ts';
import {
  SYMBOLS,
  expectBalance,
  firstRepartition,
  repartition,
  settleAll,
  start,
  startBus,
} from '../test/partition-harness.ts';

const REPARTITIONS = 24;
const NO_FAULTS = {
  ...{ missing: 0, repeated: 0, strayImages: 0, strayGaps: 0, tradesOutOfOrder: 0 },
};

describe('a gateway of several rings', { timeout: 90_000 }, () => {
  test('writes each symbol into one of them, and accounts for all', async () => {
    const { simulator, ringDir, gateway, partitioned } = await start(3, { rate: 2_000 });
    await waitFor(() => partitioned.delivered > 6_000, { what: '6,000 ticks' });
    simulator.disconnectAll(); // what concerns all symbols goes to all rings
    await waitFor(() => partitioned.delivered > 12_000, { what: '12,000 ticks' });
    await settleAll(simulator, partitioned);
    await stop(gateway);
    await partitioned.finish();
    expectBooks(simulator, partitioned, SYMBOLS);
    expectBalance(ringDir, partitioned);
    const homes = SYMBOLS.map((symbol) => partitioned.records.get(symbol)?.rings);
    expect(homes.every((rings) => rings?.length === 1)).toBe(true);
    expect(new Set(homes.flat())).toEqual(new Set(['kucoin.0', 'kucoin.1', 'kucoin.2']));
    expect(Object.fromEntries(partitioned.partitions())).toEqual({
      'kucoin.0': { index: 0, count: 3 },
      'kucoin.1': { index: 1, count: 3 },
      'kucoin.2': { index: 2, count: 3 },
    });
  });

  test('moves symbols under load: none lost, none twice, all in order', async () => {
    const random = seededRandom(testSeed());
    const { url, bus } = await startBus();
    const { simulator, ringDir, gateway, partitioned } = await start(2, { rate: 2_000, bus: url });
    await waitFor(() => SYMBOLS.every((symbol) => partitioned.records.get(symbol)?.images), {
      what: 'books',
    });
    let moved = 0;
    for (let turn = 0; turn < REPARTITIONS; turn++) {
      const partitions = 1 + Math.floor(random() * 6);
      const weights = random() < 0.5 ? 'equal' : 'rates';
      const answer = await firstRepartition(bus, { partitions, weights });
      expect(answer).toMatchObject({ ok: true, refused: [] });
      expect(answer.rings).toHaveLength(partitions);
      moved += answer.moved ?? 0;
      // The market goes on between two of them.
      const goal = partitioned.delivered + 200;
      await waitFor(() => partitioned.delivered > goal, { what: '200 ticks more' });
    }
    await settleAll(simulator, partitioned);
    await stop(gateway);
    await partitioned.finish();
    for (const symbol of SYMBOLS) {
      const record = partitioned.records.get(symbol);
      expect({ symbol, ...record?.faults }).toEqual({ symbol, ...NO_FAULTS });
      expect(record?.changes).toBeGreaterThan(0);
    }
    expect(moved).toBeGreaterThan(REPARTITIONS);
    expect(partitioned.movesOut).toBe(moved);
    expectBooks(simulator, partitioned, SYMBOLS);
    expectBalance(ringDir, partitioned);
    expect(hopsOf(ringDir).values.get('count/gaps')).toBe(0);
  });

  test('refuses what is no repartition', async () => {
    const { url, bus } = await startBus();
    const { gateway } = await start(1, { rate: 200, bus: url });
    expect(await firstRepartition(bus, {})).toMatchObject({ ok: true, moved: 0 });
    const bad = [{ partitions: 0 }, { partitions: 65 }, { weights: 'some' }, { more: 1 }];
    for (const body of bad) {
      expect(await repartition(bus, body)).toMatchObject({ ok: false, code: 'MALFORMED' });
    }
    await stop(gateway);
  });
});
