// Goal: what an exporter sends comes out as whole traces; what is malformed or too much is refused
// or counted, and nothing grows without a bound.
import { describe, expect, test } from 'vitest';
import { createTraceStore } from './trace-store.ts';

const TRACE = 'a'.repeat(32);

interface SpanJson {
  [field: string]: unknown;
}

const span = (spanId: number, more: SpanJson = {}): SpanJson => ({
  traceId: TRACE,
  spanId: spanId.toString(16).padStart(16, '0'),
  name: 'decode',
  startTimeUnixNano: '1792963512000000100',
  endTimeUnixNano: '1792963512000000200',
  attributes: [{ key: 'tick.sequence', value: { intValue: '7' } }],
  ...more,
});

const request = (...spans: unknown[]): unknown => ({
  resourceSpans: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'gateway-kucoin' } },
          { key: 'process.pid', value: { intValue: 42 } },
        ],
      },
      scopeSpans: [{ scope: { name: 'tickwire' }, spans }],
    },
  ],
});

describe('the trace store', () => {
  test('gives back a trace in the order of time, with who sent what', () => {
    const store = createTraceStore();
    const later = { startTimeUnixNano: '1792963512000000300', parentSpanId: '0000000000000001' };
    expect(store.add(request(span(2, { ...later, name: 'store' })))).toBe(1);
    expect(store.add(request(span(1)))).toBe(1);
    const trace = store.get(TRACE);
    expect(trace?.spans.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['decode', undefined],
      ['store', '0000000000000001'],
    ]);
    expect(trace?.spans[0]).toEqual({
      traceId: TRACE,
      spanId: '0000000000000001',
      parentSpanId: undefined,
      service: 'gateway-kucoin',
      resource: { 'service.name': 'gateway-kucoin', 'process.pid': 42 },
      name: 'decode',
      startNs: '1792963512000000100',
      endNs: '1792963512000000200',
      attributes: { 'tick.sequence': 7 },
    });
    expect(store.list(10)).toEqual([trace]);
  });

  test('a span that comes twice is one span', () => {
    const store = createTraceStore();
    store.add(request(span(1), span(1)));
    store.add(request(span(1)));
    expect(store.counts()).toEqual({ traces: 1, spans: 1, dropped: 0, evicted: 0 });
  });

  test('the oldest trace goes first, and is counted', () => {
    const store = createTraceStore({ tracesMax: 2 });
    const id = (n: number): string => n.toString(16).padStart(32, '0');
    for (const n of [1, 2, 3]) store.add(request(span(1, { traceId: id(n) })));
    expect(store.list(10).map(({ traceId }) => traceId)).toEqual([id(3), id(2)]);
    expect(store.list(0)).toEqual([]);
    expect(store.get(id(1))).toBeUndefined();
    expect(store.counts()).toEqual({ traces: 2, spans: 2, dropped: 0, evicted: 1 });
  });

  test('spans beyond the bound of a trace are dropped and counted', () => {
    const store = createTraceStore({ spansPerTraceMax: 2 });
    expect(store.add(request(span(1), span(2), span(3)))).toBe(2);
    expect(store.counts()).toMatchObject({ spans: 2, dropped: 1 });
  });

  test('texts and attributes are cut to size', () => {
    const store = createTraceStore();
    const attributes = Array.from({ length: 100 }, (_, n) => ({
      ...{ key: `k${n}`, value: { stringValue: 'v'.repeat(10_000) } },
    }));
    store.add(request(span(1, { name: 'n'.repeat(10_000), attributes })));
    const kept = store.get(TRACE)?.spans[0];
    expect(kept?.name).toHaveLength(256);
    expect(Object.keys(kept?.attributes ?? {})).toHaveLength(32);
    expect(kept?.attributes.k0).toHaveLength(256);
  });

  test('keys of prototypes are keys like any other', () => {
    const store = createTraceStore();
    const attributes = [{ key: '__proto__', value: { stringValue: 'x' } }];
    store.add(request(span(1, { attributes })));
    expect(Object.getPrototypeOf(store.get(TRACE)?.spans[0]?.attributes)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'spans'],
    ['a list', []],
    ['resourceSpans', { resourceSpans: {} }],
    ['traceId', request(span(1, { traceId: 'xyz' }))],
    ['traceId', request(span(1, { traceId: 5 }))],
    ['spanId', request(span(1, { spanId: '' }))],
    ['parentSpanId', request(span(1, { parentSpanId: '12' }))],
    ['name', request(span(1, { name: null }))],
    ['startTimeUnixNano', request(span(1, { startTimeUnixNano: '-1' }))],
    ['endTimeUnixNano', request(span(1, { endTimeUnixNano: '1e9' }))],
    ['attributes', request(span(1, { attributes: {} }))],
    ['a span that is none', request(5)],
  ])('refuses a request with a bad %s, and keeps nothing of it', (_what, bad) => {
    const store = createTraceStore();
    expect(() => store.add(bad)).toThrow(expect.objectContaining({ code: 'BAD_TRACES' }));
    expect(store.counts().spans).toBe(0);
  });

  test('refuses a request with too many spans', () => {
    const store = createTraceStore();
    const many = Array.from({ length: 10_001 }, (_, n) => span(n + 1));
    expect(() => store.add(request(...many))).toThrow(/more than 10000 spans/);
  });
});
