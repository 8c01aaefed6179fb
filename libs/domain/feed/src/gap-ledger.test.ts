// Goal: every gap is told twice, numbered, and what was told is not changed later. Method: what a
// ledger reports, as it stood when it was reported.
import { describe, expect, test } from 'vitest';
import { GapLedger } from './gap-ledger.ts';
import type { GapRecord, NoticedGap } from './gap-ledger.ts';

const HOLE: NoticedGap = {
  symbol: 'A-B',
  noticedBy: 'sequence',
  missing: { first: 100, count: 3 },
  fromTs: '5',
  noticedTs: '7',
};
const CUT: NoticedGap = { ...HOLE, symbol: undefined, noticedBy: 'disconnect', missing: undefined };

function setUp(): { ledger: GapLedger; told: Readonly<GapRecord>[] } {
  const told: Readonly<GapRecord>[] = [];
  return { ledger: new GapLedger('acme', (record) => told.push(record)), told };
}

describe('gap ledger', () => {
  test('tells the hole when it is noticed, with first and last', () => {
    const { ledger, told } = setUp();
    ledger.open(HOLE);
    expect(told).toEqual([
      {
        ...{ id: 1, vendor: 'acme', symbol: 'A-B', noticedBy: 'sequence' },
        ...{ firstMissing: '100', lastMissing: '102', missing: 3, fromTs: '5', noticedTs: '7' },
        ...{ state: 'open', repairedBy: undefined, repairedTs: undefined, proof: 'none' },
      },
    ]);
  });

  test('counts from 1, also those of which only the time is known', () => {
    const { ledger, told } = setUp();
    expect([HOLE, CUT, HOLE].map((gap) => ledger.open(gap).id)).toEqual([1, 2, 3]);
    expect(told[1]).toMatchObject({
      ...{ symbol: undefined, noticedBy: 'disconnect', missing: undefined },
      ...{ firstMissing: undefined, lastMissing: undefined },
    });
  });

  test('tells the repair with its proof, and leaves what was told before as it was', () => {
    const { ledger, told } = setUp();
    const hole = ledger.open(HOLE);
    const cut = ledger.open(CUT);
    ledger.repair(hole, { repairedTs: '9', snapshotSequence: '110' });
    ledger.repair(cut, { repairedTs: '9', snapshotSequence: undefined });
    const proof = { snapshotSequence: '110' };
    expect(told.map(({ id, state }) => `${id} ${state}`)).toEqual([
      ...['1 open', '2 open', '1 repaired', '2 repaired'],
    ]);
    expect(told[2]).toMatchObject({ repairedBy: 'snapshot', repairedTs: '9', proof, missing: 3 });
    expect(told[3]).toMatchObject({ repairedBy: 'snapshot', proof: 'none' });
  });

  test('tells what repaired it, a snapshot unless said', () => {
    const { ledger, told } = setUp();
    const by = { repairedTs: '9', snapshotSequence: undefined };
    ledger.repair(ledger.open(HOLE), { ...by, means: 'replay' });
    expect(told[1]).toMatchObject({ repairedBy: 'replay', proof: 'none' });
  });

  test('tells at the repair what became known in between', () => {
    const { ledger, told } = setUp();
    const gap = ledger.open(HOLE);
    gap.missing = 5;
    gap.lastMissing = '104';
    ledger.repair(gap, { repairedTs: '9', snapshotSequence: '110' });
    expect(told.map(({ missing, lastMissing }) => [missing, lastMissing])).toEqual([
      [3, '102'],
      [5, '104'],
    ]);
  });
});
