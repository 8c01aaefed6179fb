// Goal: the text is valid for the strictest reader, and its numbers are those of the cells.
import {
  COUNTER_FILE_BYTES,
  CounterTable,
  HopCounters,
  recordLatency,
  summariseLatency,
} from '@tickwire/core';
import { readPrometheus, sampleOf } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { LATENCY_BOUNDS_NS, familiesOf, renderFamilies } from './mapped-metrics.ts';

const newTable = (): CounterTable => new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));

async function scrape(stats: CounterTable) {
  const text = await renderFamilies(familiesOf(stats.snapshot(), 'test').values());
  return readPrometheus(text);
}

describe('mapped counters as metrics', () => {
  test('keep their values, terms and reasons', async () => {
    const stats = newTable();
    const hop = new HopCounters(stats, 'kucoin.parse', 'message');
    hop.in.add(7);
    hop.out.add(4);
    hop.dropped('bad "json"\\').add(2);
    hop.inFlight.set(1);
    stats.counter('gauge/sim.leftOutMs').set(1_500);
    const families = await scrape(stats);
    const labels = { service: 'test', hop: 'kucoin.parse', unit: 'message' };
    expect(sampleOf(families, 'tickwire_hop_in_total', labels)).toBe(7);
    expect(sampleOf(families, 'tickwire_hop_out_total', labels)).toBe(4);
    const reason = 'bad "json"\\';
    expect(sampleOf(families, 'tickwire_hop_dropped_total', { ...labels, reason })).toBe(2);
    expect(sampleOf(families, 'tickwire_hop_in_flight', labels)).toBe(1);
    expect(sampleOf(families, 'tickwire_sim_left_out_seconds')).toBe(1.5);
    expect(families.get('tickwire_hop_in_total')?.type).toBe('counter');
    expect(families.get('tickwire_hop_in_flight')?.type).toBe('gauge');
  });

  test('histograms: cumulative counts at each bound, sum, count and maximum', async () => {
    const stats = newTable();
    const cells = stats.histogram('latency/decode');
    const valuesNs = [0, 900, 1_500, 40_000, 40_000, 3_000_000, 20e9];
    for (const ns of valuesNs) recordLatency(cells, ns);
    const families = await scrape(stats);
    const labels = { service: 'test', stage: 'decode' };
    for (const boundNs of LATENCY_BOUNDS_NS) {
      const le = String(Number((boundNs / 1e9).toPrecision(6)));
      const expected = valuesNs.filter((ns) => ns <= boundNs).length;
      const found = sampleOf(families, 'tickwire_latency_seconds_bucket', { ...labels, le });
      expect({ le, found }).toEqual({ le, found: expected });
    }
    expect(sampleOf(families, 'tickwire_latency_seconds_count', labels)).toBe(7);
    const sum = valuesNs.reduce((total, ns) => total + ns, 0) / 1e9;
    expect(sampleOf(families, 'tickwire_latency_seconds_sum', labels)).toBeCloseTo(sum, 9);
    expect(sampleOf(families, 'tickwire_latency_max_seconds', labels)).toBe(20);
    expect(summariseLatency(cells)?.count).toBe(7);
  });

  test('tables and bookkeeping that are no latency stay out', async () => {
    const stats = newTable();
    stats.counter('state/aggregator.kucoin.0.next').set(5);
    stats.cells('state/connections', 64);
    const families = await scrape(stats);
    expect([...families.keys()]).toEqual(['tickwire_metrics_left_out']);
    expect(sampleOf(families, 'tickwire_metrics_left_out')).toBe(0);
  });

  test('more samples than a scrape may have are counted, not sent', () => {
    const values = new Map(Array.from({ length: 6_000 }, (_, n) => [`count/c${n}`, n]));
    const families = familiesOf({ values, histograms: new Map() }, 'test');
    const samples = [...families.values()].flatMap((family) => family.values);
    expect(samples.length).toBe(5_001);
    expect(families.get('tickwire_metrics_left_out')?.values[0]?.value).toBe(1_000);
  });
});
