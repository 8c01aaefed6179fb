import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { paintFor } from '../colour.ts';
import { listGaps } from './gap-list.ts';
import { renderGapList } from './gaps-command.ts';

const T0 = 1_795_262_400_000;
const ns = (ms: number): string => `${ms}000000`;

function gap(id: number, atMs: number, more: Record<string, unknown> = {}): string {
  const known = { symbol: 'BTC-USDT', noticedBy: 'sequence', missing: 3, firstMissing: '700' };
  const entry = { id, vendor: 'kucoin', ...known, noticedTs: ns(T0 + atMs), state: 'open' };
  return JSON.stringify({ ...entry, proof: 'none', ...more });
}

const repaired = (atMs: number): Record<string, unknown> => ({
  ...{ state: 'repaired', repairedBy: 'snapshot', repairedTs: ns(T0 + atMs) },
  proof: { snapshotSequence: '900' },
});

function ledger(files: Record<string, readonly string[]>): string {
  const dataDir = temporaryDirectory({ name: 'gaps' });
  mkdirSync(join(dataDir, 'ledger'));
  for (const [name, lines] of Object.entries(files)) {
    writeFileSync(join(dataDir, 'ledger', name), `${lines.join('\n')}\n`);
  }
  return dataDir;
}

describe('the list of gaps', () => {
  const dataDir = ledger({
    'kucoin.ndjson': [gap(1, 0), gap(2, 5_000), gap(1, 0, repaired(250)), '{"cut'],
    'other.ndjson': [gap(1, 3_000, { vendor: 'other', symbol: undefined })],
  });

  test('shows each gap once, by the time of its notice', () => {
    const { gaps, open, repaired: done, unreadable } = listGaps(dataDir);
    expect(gaps.map(({ vendor, state }) => [vendor, state])).toEqual([
      ['kucoin', 'repaired'],
      ['other', 'open'],
      ['kucoin', 'open'],
    ]);
    expect({ open, done, unreadable }).toEqual({ open: 2, done: 1, unreadable: 1 });
  });

  test('filters by time, vendor and state', () => {
    expect(listGaps(dataDir, { sinceMs: T0 + 1_000 }).gaps).toHaveLength(2);
    expect(listGaps(dataDir, { vendor: 'other' }).gaps).toHaveLength(1);
    const open = listGaps(dataDir, { vendor: 'kucoin', openOnly: true });
    expect(open.gaps.map(({ id }) => id)).toEqual([2]);
    expect(open).toMatchObject({ open: 1, repaired: 1 });
  });

  test('is a table with how each was noticed, repaired and proved', () => {
    const lines = renderGapList(listGaps(dataDir), paintFor(false));
    expect(lines[1]).toMatch(
      /2026-11-21T12:00:00.000Z +kucoin +BTC-USDT +sequence +3 +700 +snapshot +250 ms +snapshotSequence 900/,
    );
    expect(lines[2]).toMatch(/other +connection .* open/);
    expect(lines.slice(-2)).toEqual(['3 gaps: 2 open, 1 repaired', '1 unreadable line']);
    expect(renderGapList(listGaps(ledger({})), paintFor(false))).toEqual(['No gap in the ledger.']);
  });

  test('keeps the newest when there are too many, and says how many are left out', () => {
    const lines = Array.from({ length: 10_050 }, (_, at) => gap(at + 1, at));
    const list = listGaps(ledger({ 'kucoin.ndjson': lines }));
    expect(list.gaps).toHaveLength(10_000);
    expect(list.gaps.at(-1)?.id).toBe(10_050);
    expect(list).toMatchObject({ omitted: 50, open: 10_050 });
  });

  test('passes no control characters on to the terminal', () => {
    const bad = ledger({ 'a.ndjson': [gap(1, 0, { symbol: '\u001b[2Jevil' })] });
    expect(renderGapList(listGaps(bad), paintFor(false)).join('')).toContain('?[2Jevil');
  });
});
