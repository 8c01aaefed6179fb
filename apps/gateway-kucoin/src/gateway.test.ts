// Goal: the gateway as a process, against the simulator as a server, keeps what it promises: every
// message accounted for, every hole declared as the oracle knows it, every book right. Method: the
// books and gaps are taken from the ring's 64-byte ticks and the ledger file only.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { StreamReason, hopImbalance } from '@tickwire/core';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { SYMBOLS, expectBooks, hopsOf, setUp, settle, stop } from '../test/gateway-harness.ts';

describe('gateway-kucoin against the simulator', () => {
  test('accounts for every message and tick, and has the right books at the end', async () => {
    const { simulator, ringDir, gateway, reader } = await setUp({ rate: 2_000 });
    await waitFor(() => reader.delivered > 6_000 && reader.trusted(), { what: '6,000 ticks' });
    await settle(simulator, reader);
    await stop(gateway);
    await reader.done;
    expectBooks(simulator, reader);
    const { hop, values, histograms } = hopsOf(ringDir);
    expect(hop('kucoin.wire').out).toBe(simulator.counts().sent);
    expect(hop('kucoin.parse').in).toBe(simulator.counts().sent);
    for (const name of ['kucoin.parse', 'kucoin.normalise']) {
      expect({ name, imbalance: hopImbalance(hop(name)) }).toEqual({ name, imbalance: 0 });
      expect(Object.values(hop(name).dropped).filter((count) => count > 0)).toEqual([]);
      expect(hop(name).inFlight).toBe(0);
    }
    expect(hop('kucoin.normalise').out).toBe(reader.delivered);
    expect(reader.simulatedMissing).toBe(0);
    expect(reader.gaps).toEqual([]);
    expect(values.get('count/gaps')).toBe(0);
    for (const kind of [TickKind.Trade, TickKind.Quote, TickKind.Level, TickKind.Stream]) {
      expect(reader.kinds.get(kind)).toBeGreaterThan(0);
    }
    for (const stage of ['latency/wire', 'latency/decode']) {
      expect(histograms.get(stage)?.some((count) => count > 0)).toBe(true);
    }
  });

  test('declares exactly the holes that the oracle made, and repairs each book', async () => {
    const { simulator, dataDir, ringDir, gateway, reader } = await setUp({
      rate: 1_500,
      faults: 'drop=0.004,dup=0.01,garbage.ticker=0.02',
    });
    const faults = () => simulator.log.entries.filter(({ fault }) => fault === 'drop').length;
    await waitFor(() => faults() >= 12 && reader.gaps.length >= 8, { what: '12 holes' });
    // A dropped message shows when the next one comes: the markets go on until all have shown.
    const lastDrops = simulator.log.total;
    await waitFor(() => simulator.log.total > lastDrops, { what: 'a fault more' });
    simulator.setRate(0);
    // A snapshot may be ahead of the changes: a few more of each show every drop before them.
    for (const symbol of SYMBOLS) simulator.step(60, symbol);
    // The markets count in ranges far apart: a sequence tells its symbol.
    const oracle = (): number[] =>
      simulator.log.entries
        .filter(({ fault }) => fault === 'drop')
        .flatMap(({ sequenceStart = 0, sequenceEnd = 0 }) =>
          Array.from({ length: sequenceEnd - sequenceStart + 1 }, (_, at) => sequenceStart + at),
        );
    const noticed = (gaps: { first: number; count: number }[]): number[] =>
      gaps.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at));
    const isNear = (symbol: string): boolean =>
      Number(reader.book(symbol)?.sequence) > simulator.book(symbol).sequence - 20;
    await waitFor(() => reader.trusted() && SYMBOLS.every(isNear), {
      what: 'all books repaired',
      deadlineMs: 20_000,
    });
    await stop(gateway);
    await reader.done;
    // Neither a drop before the first change received of a symbol can be known to it (the first
    // image covers it), nor one behind the last.
    const seen = new Set(noticed(reader.gaps));
    const marketOf = (sequence: number): string =>
      SYMBOLS.find((symbol) => Math.abs(simulator.book(symbol).sequence - sequence) < 1e6) ?? '';
    const known = oracle().filter((sequence) => {
      const symbol = marketOf(sequence);
      const isCovered = sequence <= (reader.firstImage.get(symbol) ?? 0) && !seen.has(sequence);
      return !isCovered && sequence <= Number(reader.book(symbol)?.sequence);
    });
    expect(known.length).toBeGreaterThan(5);
    expect(noticed(reader.gaps).sort()).toEqual(known.sort());
    expect(reader.gaps.every(({ reason }) => reason === StreamReason.SequenceGap)).toBe(true);
    const ledger = readFileSync(join(dataDir, 'ledger', 'kucoin.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const opened = ledger.filter(({ state }) => state === 'open');
    const repaired = ledger.filter(({ state }) => state === 'repaired');
    const range = ({ firstMissing, missing }: Record<string, string>) => ({
      first: Number(firstMissing),
      count: Number(missing),
    });
    expect(noticed(opened.map(range)).sort()).toEqual(known.sort());
    expect(noticed(repaired.map(range)).sort()).toEqual(known.sort());
    expect(repaired.every(({ proof }) => Number(proof.snapshotSequence) > 0)).toBe(true);
    const { hop, values } = hopsOf(ringDir);
    expect(hopImbalance(hop('kucoin.parse'))).toBe(0);
    expect(hopImbalance(hop('kucoin.normalise'))).toBe(0);
    const count = (fault: string) =>
      simulator.log.entries.filter((entry) => entry.fault === fault).length;
    expect(hop('kucoin.parse').parts.duplicate).toBe(count('dup'));
    const rejected = Object.values(hop('kucoin.parse').dropped).reduce((sum, n) => sum + n, 0);
    expect(rejected).toBe(count('garbage'));
    expect(values.get('count/kucoin.missingSequences')).toBe(known.length);
    expect(values.get('count/gaps')).toBe(opened.length);
  });

  test('comes back after the vendor restarts, says so, and has the right books', async () => {
    const { simulator, dataDir, ringDir, gateway, reader } = await setUp({
      rate: 1_000,
      gateway: { TICKWIRE_SYMBOLS_PER_CONNECTION: '2' },
    });
    await waitFor(() => reader.trusted(), { what: 'books' });
    simulator.disconnectAll();
    await waitFor(() => reader.gaps.length >= SYMBOLS.length, { what: 'the declared losses' });
    await waitFor(() => reader.trusted(), { what: 'books again', deadlineMs: 20_000 });
    await settle(simulator, reader);
    await stop(gateway);
    await reader.done;
    expectBooks(simulator, reader);
    const { hop, values } = hopsOf(ringDir);
    expect(values.get('count/kucoin.reconnects')).toBe(2);
    expect(hop('kucoin.wire').out).toBe(simulator.counts().sent);
    expect(hopImbalance(hop('kucoin.parse'))).toBe(0);
    expect(hopImbalance(hop('kucoin.normalise'))).toBe(0);
    const lines = readFileSync(join(dataDir, 'ledger', 'kucoin.ndjson'), 'utf8')
      .trim()
      .split('\n');
    const open = new Set<number>();
    for (const record of lines.map((line) => JSON.parse(line))) {
      if (record.state === 'open') open.add(record.id);
      else open.delete(record.id);
    }
    expect(open.size).toBe(0);
  });

  test('a killed gateway: the next one goes on in the same ring, and says what happened', async () => {
    const { simulator, ringDir, gateway, reader, startGateway } = await setUp({ rate: 1_000 });
    await waitFor(() => reader.trusted(), { what: 'books' });
    gateway.child.kill('SIGKILL');
    await gateway.ended;
    const entries = reader.entryCount;
    const next = startGateway();
    await next.ready();
    await waitFor(() => reader.gaps.length > 0 && reader.trusted(), { what: 'books again' });
    await settle(simulator, reader);
    await stop(next);
    await reader.done;
    expectBooks(simulator, reader);
    // One for the ring, then one with exact bounds for each symbol that moved meanwhile.
    expect(new Set(reader.gaps.map(({ reason }) => reason))).toEqual(
      new Set([StreamReason.WriterRestarted]),
    );
    expect(reader.gaps.length).toBeGreaterThan(1);
    expect(reader.entryCount).toBe(entries);
    // What the kill caught between a message and its publication is declared as dropped.
    const { hop } = hopsOf(ringDir);
    expect(['kucoin.parse', 'kucoin.normalise'].map((name) => hopImbalance(hop(name)))).toEqual([
      0, 0,
    ]);
  });

  test('says in one sentence that the vendor cannot be reached, and exits with 1', async () => {
    const dataDir = temporaryDirectory({ name: 'gateway-data' });
    const url = `http://127.0.0.1:${await portOfNobody()}`;
    const gateway = startProcess({
      script: 'apps/gateway-kucoin/src/main.ts',
      env: {
        TICKWIRE_SERVICE: 'gateway-kucoin',
        TICKWIRE_RUN_DIR: join(dataDir, 'run'),
        TICKWIRE_RING_DIR: temporaryDirectory({ name: 'gateway-ring', shared: true }),
        TICKWIRE_DATA_DIR: dataDir,
        TICKWIRE_SYMBOLS: 'BTC-USDT',
        TICKWIRE_KUCOIN_REST_URL: url,
      },
    });
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(gateway.messages).toContainEqual(
      expect.objectContaining({
        type: 'failed',
        code: 'UNREACHABLE',
        message: `${url} cannot be reached: the connection is refused`,
      }),
    );
  });
});

/** A port that was free a moment ago: whoever dials it is refused. */
async function portOfNobody(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
