import type { SessionLog } from '@tickwire/sim-kit';
import { expect } from 'vitest';
import type { ConformanceBench } from '../conformance-bench.ts';
import type { ConformanceContext, ConformanceTest } from '../conformance-test.ts';

const VALUES_MIN = 150;
const TWO_32 = 2 ** 32;

export const digits: ConformanceTest = {
  id: 'digits',
  behaviour: 'keeps every digit of prices and sizes',
  async run(context) {
    const bench = await observed(context, false);
    expectDigits(bench);
  },
};

export const finerDigits: ConformanceTest = {
  id: 'finer-digits',
  behaviour: 'keeps digits beyond those of the instrument list, by an entry that supersedes',
  async run(context) {
    const bench = await observed(context, true);
    expectDigits(bench);
    expect(bench.ring.supersedingCount, 'superseding entries').toBeGreaterThan(0);
  },
};

async function observed(
  { start }: ConformanceContext,
  coarseList: boolean,
): Promise<ConformanceBench> {
  const bench = await start({ rate: 1_000, coarseList });
  await bench.live();
  const { ring, symbols } = bench;
  await bench.until(
    () =>
      symbols.every((symbol) => {
        const { trades, quotes, levels } = ring.of(symbol);
        return trades.length + quotes.length + levels.length > VALUES_MIN;
      }),
    `${VALUES_MIN} values of each instrument`,
  );
  await bench.settle();
  await bench.drain();
  return bench;
}

/** Texts as written by the vendor, without the zeros that say nothing. */
const plain = (text: string): string =>
  text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;

function expectDigits({ simulator, ring, symbols }: ConformanceBench): void {
  const { log } = simulator;
  expect(log.isWhole, 'the log kept all lines').toBe(true);
  for (const symbol of symbols) {
    const seen = ring.of(symbol);
    expect(seen.trades, `trades of ${symbol}`).toEqual(sentRows(log, symbol, 'trade'));
    expect(seen.quotes, `quotes of ${symbol}`).toEqual(sentRows(log, symbol, 'quote'));
    const sent = new Map(
      sentRows(log, symbol, 'level').map((row) => [String(Number(row[2]) % TWO_32), row]),
    );
    const known = seen.levels.filter(([price]) => price !== '');
    const wanted = known.map(([, , sequence = '']) => {
      const [price = '', size = ''] = sent.get(sequence) ?? [];
      return [price, size, sequence];
    });
    expect(known, `changes of ${symbol}`).toEqual(wanted);
    const truth = simulator.book(symbol);
    if (truth !== undefined) expect(ring.book(symbol), `book of ${symbol}`).toEqual(truth);
  }
}

function sentRows(log: SessionLog, symbol: string, kind: 'trade' | 'quote' | 'level'): string[][] {
  return log
    .of('sent')
    .filter((entry) => entry.kind === kind && entry.instrument === symbol)
    .flatMap(({ values = [] }) => values.map((row) => row.map(plain)));
}
