import { describe, expect, test } from 'vitest';
import { checkReport, parseReport } from './report-checks.ts';

interface HopText {
  name: string;
  unit: string;
  in: number | string;
  out: number | string;
  dropped: Record<string, number>;
  inFlight: number;
}

const NAMES = [
  'kucoin.wire',
  'kucoin.parse',
  'kucoin.normalise',
  'ring.kucoin.0.aggregator',
  'aggregate.kucoin.0',
  'bars',
  'ring.bars.0.persistence',
  'journal.bars.0',
  'store.bars.0',
  'ring.kucoin.0.persistence',
  'journal.kucoin.0',
  'store.kucoin.0',
];

function goodHops(): HopText[] {
  return NAMES.map((name) => {
    const amount = name === 'bars' ? 5 : name.includes('bars') ? 10 : 100;
    return { name, unit: 'tick', in: amount, out: amount, dropped: {}, inFlight: 0 };
  });
}

const ROWS = { ticks: 100n, bars: 10n };

/** Names of the checks that fail once `change` was made to a good report. */
function failures(change: (hops: Map<string, HopText>) => void, rows = ROWS): string[] {
  const hops = new Map(goodHops().map((hop) => [hop.name, hop]));
  change(hops);
  const report = parseReport(
    JSON.stringify({
      hops: [...hops.values()],
      latency: { publish: { p50Ns: 1, p95Ns: 1, p99Ns: 1, p999Ns: 1, maxNs: 1, count: 9 } },
      gaps: [],
      restarts: [],
      services: [{ name: 'gateway-kucoin', cpuMs: 1, pssBytes: 1 }],
    }),
  );
  return checkReport(report, rows)
    .filter((check) => !check.ok)
    .map((check) => check.name);
}

function edit(name: string, part: Partial<HopText>) {
  return (hops: Map<string, HopText>) => Object.assign(hops.get(name)!, part);
}

describe('checks of the report', () => {
  test('a good report passes them all', () => {
    expect(failures(() => {})).toEqual([]);
  });

  test.each([
    ['a hop that does not balance', edit('bars', { in: 6 }), 'bars balances'],
    [
      'a drop that is accounted for',
      edit('bars', { in: 6, dropped: { late: 1 } }),
      'bars dropped nothing and is empty',
    ],
    [
      'a tick still on its way',
      edit('aggregate.kucoin.0', { out: 99, inFlight: 1 }),
      'aggregate.kucoin.0 dropped nothing and is empty',
    ],
    [
      'a tick lost between two hops',
      edit('journal.kucoin.0', { in: 99, out: 99 }),
      'journal.kucoin.0 received what ring.kucoin.0.persistence sent',
    ],
    ['a silent simulator', edit('kucoin.wire', { in: 0, out: 0 }), 'the simulator sent messages'],
    ['no bar', edit('bars', { in: 0, out: 0 }), 'bars were closed'],
    [
      'a hop that is not reported',
      (hops: Map<string, HopText>) => hops.delete('kucoin.parse'),
      'kucoin.parse received what kucoin.wire sent',
    ],
  ])('%s fails', (_name, change, expected) => {
    expect(failures(change)).toContain(expected);
  });

  test('a store with other rows than it claims fails', () => {
    const rows = { ticks: 99n, bars: 6n };
    expect(failures(() => {}, rows)).toEqual([
      'the store holds every tick',
      'the store holds every bar',
    ]);
  });

  test('counters above 2^53 are compared exactly', () => {
    const change = edit('bars', { in: '9007199254740993', out: '9007199254740992' });
    expect(failures(change)).toContain('bars balances');
  });
});
