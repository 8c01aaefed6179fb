// Goal: counters outlive their process and hostile files do no harm.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COUNTER_FILE_BYTES,
  CounterError,
  CounterTable,
  HopCounters,
  collectHops,
  hopImbalance,
  readCounters,
  recordLatency,
  summariseLatency,
} from './index.ts';

const fresh = (): ArrayBuffer => new ArrayBuffer(COUNTER_FILE_BYTES);

describe('counter table', () => {
  test('gives every value to a reader of the bytes', () => {
    const memory = fresh();
    const table = new CounterTable(memory);
    table.counter('count/frames').add(7);
    table.counter('gauge/fill').set(0.25);
    recordLatency(table.histogram('latency/decode'), 1_000);
    const { values, histograms } = readCounters(new Uint8Array(memory));
    expect(Object.fromEntries(values)).toEqual({ 'count/frames': 7, 'gauge/fill': 0.25 });
    const cells = histograms.get('latency/decode') ?? new Float64Array();
    expect(summariseLatency(cells)?.maxNs).toBe(1_000);
  });

  test('goes on counting when the memory is taken over', () => {
    const memory = fresh();
    new CounterTable(memory).counter('count/frames').add(7);
    const counter = new CounterTable(memory).counter('count/frames');
    counter.add(1);
    expect(counter.value).toBe(8);
  });

  test('refuses more names than it has room for', () => {
    const table = new CounterTable(fresh());
    const fill = (): void => {
      for (let n = 0; n < 1_000; n++) table.counter(`count/${n}`);
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'FULL' }));
  });

  test('refuses bytes that are no counter file, whatever they are', () => {
    const memory = fresh();
    const table = new CounterTable(memory);
    for (let n = 0; n < 5; n++) table.counter(`count/${n}`).add(n);
    const place = fc.integer({ min: 0, max: 64 + 8 * 128 });
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 }))), (changes) => {
        const copy = new Uint8Array(memory.slice(0));
        for (const [at, byte] of changes) copy[at] = byte;
        try {
          readCounters(copy);
        } catch (error) {
          expect(error).toBeInstanceOf(CounterError);
        }
      }),
      { numRuns: 300 },
    );
    expect(() => readCounters(new Uint8Array(10))).toThrow(
      expect.objectContaining({ code: 'TRUNCATED' }),
    );
  });
});

describe('hops', () => {
  test('are put together from the two processes that count them', () => {
    const [sender, receiver] = [fresh(), fresh()];
    new HopCounters(new CounterTable(sender), 'kucoin.wire', 'message').in.add(10);
    const hop = new HopCounters(new CounterTable(receiver), 'kucoin.wire', 'message');
    hop.out.add(7);
    hop.part('accepted').add(7);
    hop.dropped('bad-json').add(2);
    hop.inFlight.set(1);
    const tables = [sender, receiver].map((bytes) => readCounters(new Uint8Array(bytes)).values);
    const report = collectHops(tables).get('kucoin.wire');
    expect(report).toEqual({
      name: 'kucoin.wire',
      unit: 'message',
      in: 10,
      out: 7,
      parts: { accepted: 7 },
      dropped: { 'bad-json': 2 },
      inFlight: 1,
      counted: ['in', 'out', 'inFlight'],
    });
    expect(report && hopImbalance(report)).toBe(0);
  });
});
