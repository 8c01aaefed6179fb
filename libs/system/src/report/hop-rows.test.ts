import { describe, expect, test } from 'vitest';
import { droppedOf, expectedHopNames, hopRows, imbalanceSentence } from './hop-rows.ts';

const table = (cells: Record<string, number>): ReadonlyMap<string, number> =>
  new Map(Object.entries(cells));

const row = (cells: Record<string, number>[], name: string) =>
  hopRows(cells.map(table), [name]).find((hop) => hop.name === name);

describe('the rows of the accounts', () => {
  test('follow the data from the vendor to the store', () => {
    const vendors = [{ name: 'kucoin', rings: ['kucoin.0'] }];
    expect(expectedHopNames({ vendors, live: false })).toEqual([
      'kucoin.wire',
      'kucoin.parse',
      'kucoin.normalise',
      'ring.kucoin.0.aggregator',
      'aggregate.kucoin.0',
      'bars',
      'bus.bars',
      'ring.bars.0.persistence',
      'journal.bars.0',
      'store.bars.0',
      'ring.kucoin.0.persistence',
      'journal.kucoin.0',
      'store.kucoin.0',
    ]);
    expect(expectedHopNames({ vendors, live: true })).not.toContain('kucoin.wire');
  });

  test('put the two ends of a hop together from two processes', () => {
    const simulator = { 'hop/kucoin.wire/message/in': 10 };
    const gateway = { 'hop/kucoin.wire/message/out': 10 };
    expect(row([simulator, gateway], 'kucoin.wire')).toEqual({
      name: 'kucoin.wire',
      unit: 'message',
      in: 10,
      out: 10,
      parts: {},
      dropped: {},
      inFlight: 0,
      balanced: true,
    });
  });

  test('show a term that nobody counted as null, and never as balanced', () => {
    const found = row([{ 'hop/kucoin.wire/message/out': 0 }], 'kucoin.wire');
    expect(found).toMatchObject({ in: null, out: 0, balanced: false });
    expect(imbalanceSentence(found ?? expect.fail())).toMatch(/nobody counted its in/);
    expect(row([], 'store.kucoin.0')).toMatchObject({ in: null, out: null, inFlight: null });
  });

  test.each([
    [10, 7, 2, 1, true],
    [10, 7, 2, 0, false],
    [10, 8, 2, 1, false],
    [0, 0, 0, 0, true],
  ])('in %i, out %i, dropped %i, in flight %i', (n, out, dropped, inFlight, balanced) => {
    const found = row(
      [
        {
          'hop/x/tick/in': n,
          'hop/x/tick/out': out,
          'hop/x/tick/dropped:lapped': dropped,
          'hop/x/tick/inFlight': inFlight,
        },
      ],
      'x',
    );
    expect(found?.balanced).toBe(balanced);
    expect(droppedOf(found ?? expect.fail())).toBe(dropped);
  });

  test('do not count the parts of out a second time', () => {
    const cells = { 'hop/x/tick/in': 5, 'hop/x/tick/out': 5, 'hop/x/tick/out:accepted': 5 };
    expect(row([cells], 'x')).toMatchObject({ balanced: true, parts: { accepted: 5 } });
  });

  test('write counts beyond 2^53 as texts', () => {
    const found = row([{ 'hop/x/tick/in': 2 ** 60, 'hop/x/tick/out': 2 ** 60 }], 'x');
    expect(found).toMatchObject({ in: '1152921504606846976', out: '1152921504606846976' });
  });

  test('keep hops that were not expected, after the others', () => {
    const rows = hopRows([table({ 'hop/extra/tick/in': 1, 'hop/extra/tick/out': 1 })], ['bars']);
    expect(rows.map((hop) => hop.name)).toEqual(['bars', 'extra']);
  });
});
