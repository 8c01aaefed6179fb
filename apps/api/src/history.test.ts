// Goal: the history over HTTP is the store's, row by row, and no question of a client becomes SQL
// or keeps others waiting. Method: a real store written by the real persistence process from a real
// ring, read page by page and compared with the store's own answer and with the ring.
import { openRing } from '@tickwire/io-rings';
import { openStore } from '@tickwire/io-store';
import { startProcess, waitFor } from '@tickwire/testing';
import { TICK_BYTES } from '@tickwire/core';
import { TickView, describeTick } from '@tickwire/wire-tick';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newPlace, startApi } from '../test/api-process.ts';
import type { ApiProcess } from '../test/api-process.ts';
import { TestFeed } from '../test/test-feed.ts';

type Row = Record<string, unknown> & { position: number };
interface Page {
  rows: Row[];
  cursor: string | null;
}

const place = newPlace();
/** As in the ring, before they were stored. */
const written: Row[] = [];
let api: ApiProcess;

beforeAll(async () => {
  const persistence = startProcess({
    script: 'apps/persistence/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'persistence',
      TICKWIRE_RUN_DIR: place.runDir,
      TICKWIRE_RING_DIR: place.ringDir,
      TICKWIRE_DATA_DIR: place.dataDir,
    },
  });
  await persistence.ready();
  const feed = new TestFeed({ dir: place.ringDir });
  for (let at = 0; at < 1_000; at++) {
    feed.trade(1 + (at % 2), 1_000 + at, at + 1);
    if (at % 5 === 0) feed.quote(1, 100 + at, 101 + at);
    if (at % 100 === 0) feed.publish();
  }
  feed.publish();
  const ring = openRing({ dir: place.ringDir, name: 'test.0', from: 'oldest' });
  for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
    for (let at = 0; at < run.count; at++) {
      const tick = new TickView().wrap(run.view, at * TICK_BYTES);
      const json = describeTick(tick, run.directory.get(tick.instrument));
      written.push({ ...json, position: run.firstPosition + at });
    }
  }
  ring.close();
  feed.ring.close();
  // It reads the closed ring to its end and stores all of it.
  expect(await persistence.stop()).toEqual({ code: 0, signal: null });
  api = await startApi(place);
});
afterAll(() => api.process.stop());

async function allPages(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Page = await api.json<Page>(cursor === '' ? path : `${path}&cursor=${cursor}`);
    rows.push(...page.rows);
    cursor = page.cursor;
  }
  return rows;
}

/** By the stored order: time of receipt, then position. */
const ofSymbol = (symbol: string, kind?: string): Row[] =>
  written.filter((row) => row.symbol === symbol && (kind === undefined || row.kind === kind));

describe('history', () => {
  test.each([1, 7, 100, 10_000])(
    'pages of %i give every stored row once, in order',
    async (limit) => {
      if (limit === 1) {
        const page = await api.json<Page>('/api/v1/history/ticks?symbol=AAA-USD&limit=1');
        expect(page.rows).toMatchObject([ofSymbol('AAA-USD')[0]] as object[]);
        expect(page.cursor).not.toBeNull();
        return;
      }
      const rows = await allPages(`/api/v1/history/ticks?symbol=AAA-USD&limit=${limit}`);
      expect(rows.map(({ ringId: _ringId, ...row }) => row)).toEqual(ofSymbol('AAA-USD'));
    },
  );

  test('the rows are those that the store itself answers with', async () => {
    const rows = await allPages('/api/v1/history/trades?symbol=BBB-USD&limit=100');
    const store = await openStore(place.dataDir);
    const answer = await store.query(
      `SELECT ring_id, position, price_text, size_text FROM trades WHERE symbol = 'BBB-USD'
       ORDER BY position`,
    );
    store.close();
    expect(
      rows.map(({ ringId, position, price, size }) => [ringId, position, price, size]),
    ).toEqual(answer.rows);
    expect(rows.length).toBe(500);
  });

  test('kinds and times limit it: from is in, to is out', async () => {
    const quotes = await allPages('/api/v1/history/ticks?symbol=AAA-USD&kinds=QUOTE&limit=1000');
    expect(quotes.map(({ position }) => position)).toEqual(
      ofSymbol('AAA-USD', 'QUOTE').map(({ position }) => position),
    );
    const times = [...new Set(ofSymbol('AAA-USD').map(({ tsRecv }) => String(tsRecv)))];
    const [from, to] = [times[1] ?? times[0], times.at(-1)];
    const path = `/api/v1/history/ticks?symbol=AAA-USD&limit=10000&from=${from}&to=${to}`;
    const expected = ofSymbol('AAA-USD').filter(
      ({ tsRecv }) => String(tsRecv) >= String(from) && String(tsRecv) < String(to),
    );
    if (from === to) return expect((await api.fetch(path)).status).toBe(400);
    expect((await allPages(path)).length).toBe(expected.length);
  });

  test.each([
    ['no symbol', 'limit=1', 'symbol'],
    ['a limit above the bound', 'symbol=A&limit=10001', 'limit'],
    ['a limit that is no number', 'symbol=A&limit=1;DROP', 'limit'],
    ['a time that is none', 'symbol=A&from=yesterday', 'from'],
    ['a time beyond the range', 'symbol=A&from=99999999999999999999', 'from'],
    ['a range turned around', 'symbol=A&from=2&to=1', 'to'],
    ['a cursor of nobody', 'symbol=A&cursor=abc', 'cursor'],
    ['a kind that is none', 'symbol=A&kinds=TRADE,X', 'kinds.1'],
    ['two symbols', 'symbol=A&symbol=B', 'symbol'],
    ['an unknown field', 'symbol=A&sql=1', 'sql'],
  ])('%s is refused with its field', async (_name, query, field) => {
    const answer = await api.fetch(`/api/v1/history/ticks?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'BAD_REQUEST', field } });
  });

  test('a symbol that looks like SQL is a symbol nobody has', async () => {
    const symbol = encodeURIComponent("AAA-USD' OR '1'='1");
    expect(await api.json(`/api/v1/history/trades?symbol=${symbol}`)).toEqual({
      rows: [],
      cursor: null,
    });
  });

  test('more questions than may wait are refused at once, the others answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => api.fetch('/api/v1/history/ticks?symbol=AAA-USD')),
    );
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(9);
    await waitFor(async () => (await api.fetch('/api/v1/history/ticks?symbol=AAA-USD')).ok, {
      what: 'room in the line again',
    });
  });
});
