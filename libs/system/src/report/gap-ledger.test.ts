import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { ledgerDir, markLedger, readLedger } from './gap-ledger.ts';

function ledger(): { dataDir: string; path: string } {
  const dataDir = temporaryDirectory({ name: 'ledger' });
  mkdirSync(ledgerDir(dataDir));
  return { dataDir, path: join(ledgerDir(dataDir), 'kucoin.ndjson') };
}

describe('the ledger of gaps', () => {
  test('is empty when there is none', () => {
    const { dataDir } = ledger();
    expect(readLedger(dataDir)).toEqual({ entries: [], omitted: 0, unreadable: 0 });
    expect(readLedger(join(dataDir, 'missing')).entries).toEqual([]);
  });

  test('gives a run its own gaps only', () => {
    const { dataDir, path } = ledger();
    writeFileSync(path, '{"count":1}\n');
    const mark = markLedger(dataDir);
    appendFileSync(path, '{"count":2}\n');
    writeFileSync(join(ledgerDir(dataDir), 'other.ndjson'), '{"count":3}\n');
    expect(readLedger(dataDir, mark).entries).toEqual([{ count: 2 }, { count: 3 }]);
    expect(readLedger(dataDir).entries).toHaveLength(3);
  });

  test('counts a line that a crash cut, and keeps the others', () => {
    const { dataDir, path } = ledger();
    writeFileSync(path, '{"count":1}\n{"cou\n{"count":2}\n{"count"');
    expect(readLedger(dataDir)).toEqual({
      entries: [{ count: 1 }, { count: 2 }],
      omitted: 0,
      unreadable: 2,
    });
  });

  test('reads texts that lie across its pieces, and bounds what it returns', () => {
    const { dataDir, path } = ledger();
    const line = `{"symbol":"${'é'.repeat(40)}"}\n`;
    writeFileSync(path, line.repeat(12_000));
    const found = readLedger(dataDir);
    expect(found.entries).toHaveLength(10_000);
    expect(found.omitted).toBe(2_000);
    expect(found.unreadable).toBe(0);
    expect(new Set(found.entries.map((entry) => entry.symbol)).size).toBe(1);
  });

  test('shows a gap once: repaired in the place of open, lives of a gateway apart', () => {
    const { dataDir, path } = ledger();
    const gap = (id: number, noticedTs: string, state: string): string =>
      JSON.stringify({ id, noticedTs, state });
    const lines = [gap(1, '10', 'open'), gap(1, '99', 'open'), gap(1, '10', 'repaired')];
    writeFileSync(path, `${lines.join('\n')}\n`);
    expect(readLedger(dataDir).entries.map(({ state }) => state)).toEqual(['repaired', 'open']);
  });
});
