import { describe, expect, test } from 'vitest';
import { brokenLinkSentence, brokenLinks } from './hop-links.ts';
import type { HopRow } from './hop-rows.ts';

const hop = (name: string, into: number | null, out: number | null): HopRow => ({
  name,
  unit: 'tick',
  in: into,
  out,
  parts: {},
  dropped: {},
  inFlight: 0,
  balanced: true,
});

describe('the links between hops', () => {
  test('hold when each takes what the one before gave', () => {
    expect(
      brokenLinks([
        hop('kucoin.wire', 10, 10),
        hop('kucoin.parse', 10, 10),
        hop('ring.kucoin.0.persistence', 22, 20),
        hop('journal.kucoin.0', 20, 19),
        hop('store.kucoin.0', 19, 19),
      ]),
    ).toEqual([]);
  });

  test('show what vanished between two hops that each balance', () => {
    const broken = brokenLinks([
      hop('ring.kucoin.0.aggregator', 20, 20),
      hop('aggregate.kucoin.0', 19, 19),
      hop('journal.bars.0', 4, 4),
      hop('store.bars.0', 5, 5),
    ]);
    expect(broken.map(brokenLinkSentence)).toEqual([
      'ring.kucoin.0.aggregator gave 20 and aggregate.kucoin.0 took 19',
      'journal.bars.0 gave 4 and store.bars.0 took 5',
    ]);
  });

  test('are not judged where a term was not counted', () => {
    expect(brokenLinks([hop('kucoin.wire', 1, null), hop('kucoin.parse', 1, 1)])).toEqual([]);
  });
});
