/**
 * Traces of the last minutes in memory, for a host that has no collector: what OTLP/HTTP exporters
 * send as JSON goes in, whole traces come out. Bounded in traces, in spans of a trace and in the
 * length of texts; what does not fit is counted, the oldest trace goes first.
 */
import { TelemetryError } from './errors.ts';

/** One span as it is shown. Times are ns since the Unix epoch as decimal text. */
export interface StoredSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly service: string;
  /** What else the sender says of itself: `host.name`, `process.pid`, `service.instance.id`. */
  readonly resource: Readonly<Record<string, string | number | boolean>>;
  readonly name: string;
  readonly startNs: string;
  readonly endNs: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface StoredTrace {
  readonly traceId: string;
  /** In the order of their start. */
  readonly spans: readonly StoredSpan[];
}

export interface TraceStoreOptions {
  /** 1,000 by default. */
  readonly tracesMax?: number;
  /** 64 by default. */
  readonly spansPerTraceMax?: number;
}

export interface TraceStore {
  /**
   * Takes one ExportTraceServiceRequest, already parsed from JSON.
   * @returns how many spans were kept.
   * @throws TelemetryError `BAD_TRACES`; nothing of the request is kept then.
   */
  add(request: unknown): number;
  get(traceId: string): StoredTrace | undefined;
  /** The newest first. */
  list(limit: number): StoredTrace[];
  counts(): { traces: number; spans: number; dropped: number; evicted: number };
}

const TRACES_MAX = 1_000;
const SPANS_MAX = 64;
const TEXT_MAX = 256;
const ATTRIBUTES_MAX = 32;
const REQUEST_SPANS_MAX = 10_000;

export function createTraceStore(options: TraceStoreOptions = {}): TraceStore {
  const tracesMax = options.tracesMax ?? TRACES_MAX;
  const spansMax = options.spansPerTraceMax ?? SPANS_MAX;
  const traces = new Map<string, Map<string, StoredSpan>>();
  let dropped = 0;
  let evicted = 0;
  const keep = (span: StoredSpan): boolean => {
    let spans = traces.get(span.traceId);
    if (spans === undefined) {
      spans = new Map();
      traces.set(span.traceId, spans);
      evicted += evictOldest(traces, tracesMax);
    }
    if (spans.size >= spansMax && !spans.has(span.spanId)) {
      dropped += 1;
      return false;
    }
    spans.set(span.spanId, span);
    return true;
  };
  const shown = (traceId: string, spans: ReadonlyMap<string, StoredSpan>): StoredTrace => ({
    traceId,
    spans: [...spans.values()].sort((a, b) => compareNs(a.startNs, b.startNs)),
  });
  return {
    add: (request) => readSpans(request).filter(keep).length,
    get(traceId) {
      const spans = traces.get(traceId);
      return spans === undefined ? undefined : shown(traceId, spans);
    },
    list: (limit) =>
      [...traces]
        .reverse()
        .slice(0, Math.max(0, limit))
        .map(([traceId, spans]) => shown(traceId, spans)),
    counts() {
      let spans = 0;
      for (const trace of traces.values()) spans += trace.size;
      return { traces: traces.size, spans, dropped, evicted };
    },
  };
}

function evictOldest(traces: Map<string, unknown>, max: number): number {
  let count = 0;
  for (const oldest of traces.keys()) {
    if (traces.size <= max) break;
    traces.delete(oldest);
    count += 1;
  }
  return count;
}

const compareNs = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

function readSpans(request: unknown): StoredSpan[] {
  const spans: StoredSpan[] = [];
  for (const resource of listAt(request, 'resourceSpans')) {
    const sender = attributesAt(fieldOf(resource, 'resource'));
    for (const scope of listAt(resource, 'scopeSpans')) {
      for (const span of listAt(scope, 'spans')) {
        spans.push(readSpan(span, sender));
        if (spans.length > REQUEST_SPANS_MAX) {
          throw bad('resourceSpans', `more than ${REQUEST_SPANS_MAX} spans in one request`);
        }
      }
    }
  }
  return spans;
}

function readSpan(span: unknown, sender: StoredSpan['resource']): StoredSpan {
  const parent = fieldOf(span, 'parentSpanId');
  const hasParent = parent !== undefined && parent !== '';
  return {
    traceId: hexAt(span, 'traceId', 32),
    spanId: hexAt(span, 'spanId', 16),
    parentSpanId: hasParent ? hexAt(span, 'parentSpanId', 16) : undefined,
    service: String(sender['service.name'] ?? 'unknown'),
    resource: sender,
    name: textAt(span, 'name'),
    startNs: nsAt(span, 'startTimeUnixNano'),
    endNs: nsAt(span, 'endTimeUnixNano'),
    attributes: attributesAt(span),
  };
}

function hexAt(value: unknown, field: string, digits: number): string {
  const text = fieldOf(value, field);
  const isHex = typeof text === 'string' && text.length === digits && /^[0-9a-fA-F]+$/.test(text);
  if (!isHex) throw bad(field, `expected ${digits} hex digits`);
  return text.toLowerCase();
}

function nsAt(value: unknown, field: string): string {
  const ns = fieldOf(value, field);
  const text = typeof ns === 'number' ? String(ns) : ns;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) {
    throw bad(field, 'expected ns as decimal text');
  }
  return text;
}

function textAt(value: unknown, field: string): string {
  const text = fieldOf(value, field);
  if (typeof text !== 'string') throw bad(field, 'expected a text');
  return text.slice(0, TEXT_MAX);
}

function listAt(value: unknown, field: string): unknown[] {
  const list = fieldOf(value, field);
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw bad(field, 'expected a list');
  return list;
}

function attributesAt(value: unknown): Record<string, string | number | boolean> {
  const attributes: [string, string | number | boolean][] = [];
  for (const pair of value === undefined ? [] : listAt(value, 'attributes')) {
    const key = fieldOf(pair, 'key');
    const any = fieldOf(pair, 'value');
    const shown = anyValue(any);
    if (typeof key !== 'string' || shown === undefined) continue;
    if (attributes.length < ATTRIBUTES_MAX) attributes.push([key.slice(0, TEXT_MAX), shown]);
  }
  return Object.fromEntries(attributes);
}

function anyValue(any: unknown): string | number | boolean | undefined {
  const text = fieldOf(any, 'stringValue');
  if (typeof text === 'string') return text.slice(0, TEXT_MAX);
  for (const field of ['boolValue', 'doubleValue', 'intValue']) {
    const value = fieldOf(any, field);
    if (typeof value === 'number' || typeof value === 'boolean') return value;
    if (field === 'intValue' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) {
      return Number(value);
    }
  }
  return undefined;
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad(field, 'it belongs to an object, and this is none');
  }
  return Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
}

function bad(field: string, why: string): TelemetryError {
  return new TelemetryError('BAD_TRACES', `${field}: ${why}`, {
    hint: 'Send an OTLP ExportTraceServiceRequest as JSON',
  });
}
