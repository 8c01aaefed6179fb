// Goal: every example of the how-to answers, on a store that has something to answer with.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot, temporaryDirectory } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { StreamReason, StreamScope, StreamState } from '@tickwire/core';
import { appendAll, openTestRing, openTestStore, sampleRun } from '../test/sample-ring.ts';
import { openStore } from './query-store.ts';

const page = readFileSync(join(repositoryRoot(), 'docs/how-to/query-history.md'), 'utf8');
const fromShell = [...page.matchAll(/tickwire -- query "([^"]+)"/g)].map(([, sql = '']) => sql);
const fromBlocks = [...page.matchAll(/```sql\n([^]*?)```/g)].map(([, sql = '']) => sql);
const dataDir = temporaryDirectory({ name: 'how-to' });

beforeAll(async () => {
  const store = await openTestStore(dataDir);
  const ticks = await openTestRing(store);
  const run = sampleRun(0, 1_000);
  const stream = new TickView().wrap(new DataView(run.bytes.buffer), 0).begin(TickKind.Stream);
  stream.setStream({
    state: StreamState.Live,
    previousState: StreamState.Unknown,
    reason: StreamReason.Connected,
    scope: StreamScope.Ring,
  });
  await appendAll(ticks, run);
  const bars = await openTestRing(store, {
    ringId: { hi: 1, lo: 1 },
    name: 'bars.0',
    vendor: 'tickwire',
  });
  const pair = sampleRun(0, 2);
  const view = new DataView(pair.bytes.buffer);
  for (const [at, kind] of [TickKind.BarPrice, TickKind.BarVolume].entries()) {
    new TickView().wrap(view, at * 64).begin(kind).instrument = 1;
  }
  await appendAll(bars, pair);
  for (const kept of [ticks, bars]) {
    await kept.commit();
    await kept.take(10_000);
    await kept.flush();
  }
  await store.close();
});

describe('docs/how-to/query-history.md', () => {
  test('has its examples', () => {
    expect(fromShell.length).toBeGreaterThanOrEqual(3);
    expect(fromBlocks.length).toBeGreaterThanOrEqual(6);
  });

  test.each([...fromShell, ...fromBlocks])('%s', async (sql) => {
    const store = await openStore(dataDir);
    const { rows } = await store.query(sql);
    store.close();
    expect(rows.length).toBeGreaterThan(0);
  });

  test('names only tables and columns that exist', async () => {
    const store = await openStore(dataDir);
    const { rows } = await store.query('SHOW TABLES');
    const tables = rows.map(([name]) => name);
    for (const line of page.match(/^\| `.*$/gm) ?? []) {
      const [, names = '', , columns = ''] = line.split('|');
      const named = [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
      expect(tables).toEqual(expect.arrayContaining(named));
      const known = (await store.query(`DESCRIBE ${named[0]}`)).rows.map(([name]) => name);
      const wanted = [...columns.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
      expect(known, names).toEqual(expect.arrayContaining(wanted));
    }
    store.close();
  });
});
