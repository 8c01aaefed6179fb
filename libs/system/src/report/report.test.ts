// Goal: what `up` writes, `audit` reads back and judges by itself.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CounterTable, COUNTER_FILE_BYTES, HopCounters, recordLatency } from '@tickwire/core';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { readAccounting } from './accounting.ts';
import { readReport } from './read-report.ts';
import { assembleReport, writeReport } from './report.ts';

function counters(dir: string, service: string, fill: (table: CounterTable) => void): void {
  const memory = new ArrayBuffer(COUNTER_FILE_BYTES);
  fill(new CounterTable(memory));
  writeFileSync(join(dir, `${service}.stats`), new Uint8Array(memory));
}

function sampleReport() {
  const dir = temporaryDirectory({ name: 'report' });
  counters(dir, 'sim-kucoin', (table) =>
    new HopCounters(table, 'kucoin.wire', 'message').in.set(9),
  );
  counters(dir, 'gateway-kucoin', (table) => {
    new HopCounters(table, 'kucoin.wire', 'message').out.set(9);
    recordLatency(table.histogram('latency/decode'), 1_000);
  });
  counters(dir, 'persistence', (table) => {
    const store = new HopCounters(table, 'store.kucoin.0', 'tick');
    store.in.set(40);
    store.out.set(40);
    recordLatency(table.histogram('latency/persist'), 5_000_000);
    table.counter('gauge/store.files').set(2);
    table.counter('gauge/store.bytes').set(4096);
  });
  writeFileSync(join(dir, 'broken.stats'), 'not counters');
  return assembleReport({
    run: {
      version: '0.1.0',
      startedAtMs: Date.UTC(2024, 0, 2),
      durationMs: 20_000,
      vendors: ['kucoin'],
      live: false,
      seed: 7,
      ringIds: { 'kucoin.0': '00000000000000ff' },
      problems: [],
    },
    expectedHops: ['kucoin.wire', 'store.kucoin.0'],
    accounting: readAccounting(dir),
    ledger: { entries: [{ vendor: 'kucoin', count: 3 }], omitted: 0, unreadable: 0 },
    restarts: [
      { service: 'broker', atMs: 0, reason: 'x', exitCode: null, signal: 'SIGKILL', delayMs: 5 },
    ],
    services: [{ name: 'broker', cpuMs: 10, pssBytes: 4096 }],
  });
}

describe('the report', () => {
  test('has the shape that is documented', () => {
    const report = sampleReport();
    expect(report.hops.map((hop) => [hop.name, hop.in, hop.out, hop.balanced])).toEqual([
      ['kucoin.wire', 9, 9, true],
      ['store.kucoin.0', 40, 40, true],
    ]);
    expect(report.latency.decode).toMatchObject({ count: 1, maxNs: 1_000, p50Ns: 1_000 });
    expect(Object.keys(report.latency)).toEqual(['decode', 'persist']);
    expect(report.store).toEqual({ rows: 40, files: 2, bytes: 4096 });
    expect(report.run).toMatchObject({ startedAt: '2024-01-02T00:00:00.000Z', seed: 7 });
    expect(report.restarts[0]).toMatchObject({ service: 'broker', at: '1970-01-01T00:00:00.000Z' });
    expect(report.services).toEqual([{ name: 'broker', cpuMs: 10, pssBytes: 4096 }]);
  });

  test('is written in one step and read back', () => {
    const dir = temporaryDirectory({ name: 'written' });
    const path = join(dir, 'deep', 'r.json');
    const report = sampleReport();
    writeReport(path, report);
    expect(readdirSync(join(dir, 'deep'))).toEqual(['r.json']);
    const back = readReport(path);
    expect(back.hops).toEqual(report.hops);
    expect(back.gaps).toEqual([{ vendor: 'kucoin', count: 3 }]);
  });

  test('is judged anew when read: what the file claims is not believed', () => {
    const path = join(temporaryDirectory({ name: 'forged' }), 'r.json');
    const hop = {
      name: 'x',
      unit: 'tick',
      in: 5,
      out: 4,
      dropped: {},
      inFlight: 0,
      balanced: true,
    };
    writeFileSync(path, JSON.stringify({ hops: [hop, { ...hop, dropped: { lapped: 1 } }] }));
    expect(readReport(path).hops.map((row) => row.balanced)).toEqual([false, true]);
  });

  test('above 2^53 counts are compared exactly', () => {
    const path = join(temporaryDirectory({ name: 'large' }), 'r.json');
    const hop = { name: 'x', unit: 'tick', in: '9007199254740993', dropped: {}, inFlight: 0 };
    writeFileSync(
      path,
      JSON.stringify({
        hops: [
          { ...hop, out: '9007199254740993' },
          { ...hop, out: '9007199254740992' },
        ],
      }),
    );
    expect(readReport(path).hops.map((row) => row.balanced)).toEqual([true, false]);
  });

  test.each(['', '{}', '[]', '{"hops":[{}]}', '{"hops":[null]}'])('refuses %j', (text) => {
    const path = join(temporaryDirectory({ name: 'bad' }), 'r.json');
    writeFileSync(path, text);
    expect(() => readReport(path)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
