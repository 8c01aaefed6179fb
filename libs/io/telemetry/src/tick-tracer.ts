/**
 * Spans of sampled ticks, through the OpenTelemetry SDK. Their ids are derived from the tick (see
 * `span-ids.ts`), so the SDK is given them instead of making its own: whatever process touches the
 * tick adds to the same trace without a side channel.
 *
 * The SDK is loaded only when there is somewhere to send spans to: it costs a quarter of a second
 * and some 15 MB.
 */
import { hostname } from 'node:os';
import { STAMP_ABSENT_WORD, stampToBigInt } from '@tickwire/core';
import type { Counter, CounterTable, StampNs } from '@tickwire/core';
import type { HrTime, Span, SpanContext } from '@opentelemetry/api';
import type { TickView } from '@tickwire/wire-tick';
import { formatTraceparent, parseTraceparent, spanIdOf, traceIdOf } from './span-ids.ts';

const QUEUE_SPANS_MAX = 2_048;
const EXPORT_MS = 1_000;
const EXPORT_TIMEOUT_MS = 5_000;
const SHUTDOWN_MS = 2_000;

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** As `TickSpan` of io-service. */
export interface TracedSpan {
  readonly stage: string;
  readonly parent?: string;
  readonly start: Readonly<StampNs>;
  readonly end: Readonly<StampNs>;
  readonly attributes?: SpanAttributes;
}

export interface Tracing {
  readonly enabled: boolean;
  readonly sampleEvery: number;
  span(tick: TickView, span: TracedSpan): void;
  traceparent(tick: TickView, stage: string): string;
  continued(traceparent: string, span: Omit<TracedSpan, 'parent'>): void;
  close(): Promise<void>;
}

export interface TracingOptions {
  readonly service: string;
  readonly version: string;
  /** OTLP/HTTP endpoint; `/v1/traces` is added unless the address has a path. */
  readonly otlpUrl: string | undefined;
  readonly sampleEvery: number;
  readonly stats: CounterTable;
  readonly onError: (message: string) => void;
}

/** Tracing that goes nowhere; ticks are not flagged either. */
const OFF: Tracing = {
  enabled: false,
  sampleEvery: 0,
  span: () => undefined,
  traceparent: () => '',
  continued: () => undefined,
  close: async () => undefined,
};

export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { otlpUrl } = options;
  if (otlpUrl === undefined) return OFF;
  const [api, { NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const ids = new GivenIds();
  const exporter = new OTLPTraceExporter({
    url: tracesUrl(otlpUrl),
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  // What the environment says to the SDK is not meant for this use of it.
  for (const name of Object.keys(process.env))
    if (name.startsWith('OTEL_')) delete process.env[name];
  process.env.OTEL_BSP_MAX_QUEUE_SIZE = String(QUEUE_SPANS_MAX);
  process.env.OTEL_BSP_SCHEDULE_DELAY = String(EXPORT_MS);
  const sdk = new NodeSDK({
    serviceName: options.service,
    autoDetectResources: false,
    traceExporter: exporter,
    idGenerator: ids,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const tracer = api.trace.getTracer('tickwire', options.version);
  const recorded = options.stats.counter('count/spans');
  return new SdkTracing({ ...options, api, tracer, ids, recorded, sdk });
}

/** Hands the SDK the ids that it would otherwise draw. */
class GivenIds {
  traceId = '';
  spanId = '';

  generateTraceId(): string {
    return this.traceId;
  }

  generateSpanId(): string {
    return this.spanId;
  }
}

type Api = typeof import('@opentelemetry/api');

interface SdkParts extends TracingOptions {
  readonly api: Api;
  readonly tracer: ReturnType<Api['trace']['getTracer']>;
  readonly ids: GivenIds;
  readonly recorded: Counter;
  readonly sdk: { shutdown(): Promise<void> };
}

class SdkTracing implements Tracing {
  readonly enabled = true;
  readonly sampleEvery: number;
  readonly #parts: SdkParts;
  readonly #host = hostname();

  constructor(parts: SdkParts) {
    this.sampleEvery = parts.sampleEvery;
    this.#parts = parts;
  }

  span(tick: TickView, span: TracedSpan): void {
    const traceId = traceIdOf(tick);
    const parent = span.parent && spanIdOf(traceId, span.parent, this.#host);
    this.#record(traceId, parent, span, attributesOf(tick));
  }

  traceparent(tick: TickView, stage: string): string {
    const traceId = traceIdOf(tick);
    return formatTraceparent(traceId, spanIdOf(traceId, stage, this.#host));
  }

  continued(traceparent: string, span: Omit<TracedSpan, 'parent'>): void {
    const parent = parseTraceparent(traceparent);
    if (parent?.sampled !== true) return;
    this.#record(parent.traceId, parent.spanId, span, {});
  }

  async close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.resolve(), SHUTDOWN_MS);
    const shut = this.#parts.sdk.shutdown().catch((error: unknown) => {
      this.#parts.onError(error instanceof Error ? error.message : String(error));
    });
    await Promise.race([shut, late.promise]);
    clearTimeout(timer);
  }

  #record(
    traceId: string,
    parentId: string | undefined,
    span: Omit<TracedSpan, 'parent'>,
    more: SpanAttributes,
  ): void {
    const { api, tracer, ids } = this.#parts;
    ids.traceId = traceId;
    ids.spanId = spanIdOf(traceId, span.stage, this.#host);
    const context =
      parentId === undefined
        ? api.ROOT_CONTEXT
        : api.trace.setSpanContext(api.ROOT_CONTEXT, remote(traceId, parentId));
    const made: Span = tracer.startSpan(
      span.stage,
      {
        startTime: hrTime(span.start),
        attributes: {
          'host.name': this.#host,
          'process.pid': process.pid,
          ...more,
          ...span.attributes,
        },
      },
      context,
    );
    made.end(hrTime(span.end));
    this.#parts.recorded.add(1);
  }
}

const remote = (traceId: string, spanId: string): SpanContext => ({
  traceId,
  spanId,
  traceFlags: 1,
  isRemote: true,
});

/** ns since the Unix epoch as the API's pair of seconds and ns. */
function hrTime(stamp: Readonly<StampNs>): HrTime {
  const ns = stampToBigInt(stamp);
  return [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
}

/** What identifies the tick to a person; the venue's own time is a fact of it, not a span. */
function attributesOf(tick: TickView): SpanAttributes {
  const isKnown = tick.tsEventHi !== STAMP_ABSENT_WORD || tick.tsEventLo !== STAMP_ABSENT_WORD;
  const eventNs = stampToBigInt({ hi: tick.tsEventHi, lo: tick.tsEventLo });
  return {
    'tick.kind': tick.kind,
    'tick.sequence': tick.sequence,
    ...(isKnown ? { 'tick.ts_event': eventNs.toString() } : {}),
  };
}

function tracesUrl(otlpUrl: string): string {
  const url = new URL(otlpUrl);
  if (url.pathname === '/' || url.pathname === '') url.pathname = '/v1/traces';
  return url.href;
}
