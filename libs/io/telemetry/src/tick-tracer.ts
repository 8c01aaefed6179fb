/**
 * Spans of sampled ticks, through the OpenTelemetry SDK. Their ids are derived from the tick (see
 * `span-ids.ts`), so the SDK is given them instead of making its own: whatever process touches the
 * tick adds to the same trace without a side channel.
 *
 * The SDK is loaded only when there is somewhere to send spans to: it costs time at the start and
 * memory (`bench/tracing-cost.bench.ts` prints both).
 */
import { hostname } from 'node:os';
import { STAMP_ABSENT_WORD, stampToBigInt } from '@tickwire/core';
import type { CounterTable, StampNs } from '@tickwire/core';
import type * as OtelApi from '@opentelemetry/api';
import type { HrTime, Span, SpanContext } from '@opentelemetry/api';
import type { TickView } from '@tickwire/wire-tick';
import { CountedExporter } from './counted-exporter.ts';
import { SpanAccount } from './span-account.ts';
import { formatTraceparent, parseTraceparent, spanIdOf, traceIdOf } from './span-ids.ts';

/** Spans that wait or are being sent; beyond them the newest is dropped and counted. */
const IN_FLIGHT_MAX = 2_048;
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
  // What the environment says to the SDK is not meant for this use of it; and its batches are set
  // through the environment only.
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('OTEL_')) Reflect.deleteProperty(process.env, name);
  }
  process.env.OTEL_BSP_MAX_QUEUE_SIZE = String(IN_FLIGHT_MAX);
  process.env.OTEL_BSP_SCHEDULE_DELAY = String(EXPORT_MS);
  const url = tracesUrl(otlpUrl);
  const account = new SpanAccount(options.stats, IN_FLIGHT_MAX);
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS });
  const onOutage = (why: string): void => options.onError(`${url} does not take them: ${why}`);
  const sdk = new NodeSDK({
    serviceName: options.service,
    // Facts at hand; the SDK's own detectors read more of the host than belongs here.
    autoDetectResources: true,
    resourceDetectors: [{ detect: () => ({ attributes: resourceOf(options) }) }],
    traceExporter: new CountedExporter(exporter, account, onOutage),
    idGenerator: ids,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  const tracer = api.trace.getTracer('tickwire', options.version);
  return new SdkTracing({ ...options, api, tracer, ids, account, sdk });
}

function resourceOf({ service, version }: TracingOptions): Record<string, string | number> {
  const host = hostname();
  return {
    'service.version': version,
    'service.instance.id': `${host}/${service}/${process.pid}`,
    'host.name': host,
    'process.pid': process.pid,
  };
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

type Api = typeof OtelApi;

interface SdkParts extends TracingOptions {
  readonly api: Api;
  readonly tracer: ReturnType<Api['trace']['getTracer']>;
  readonly ids: GivenIds;
  readonly account: SpanAccount;
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
    const { parent } = span;
    const parentId = parent === undefined ? undefined : spanIdOf(traceId, parent, this.#host);
    const attributes = { ...attributesOf(tick), ...span.attributes };
    this.#record({ traceId, parentId }, { ...span, attributes });
  }

  traceparent(tick: TickView, stage: string): string {
    const traceId = traceIdOf(tick);
    return formatTraceparent(traceId, spanIdOf(traceId, stage, this.#host));
  }

  continued(traceparent: string, span: Omit<TracedSpan, 'parent'>): void {
    const parent = parseTraceparent(traceparent);
    if (parent?.sampled !== true) return;
    this.#record({ traceId: parent.traceId, parentId: parent.spanId }, span);
  }

  async close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.resolve(), SHUTDOWN_MS);
    const shut = this.#parts.sdk.shutdown().catch((error: unknown) => {
      this.#parts.onError(error instanceof Error ? error.message : String(error));
    });
    await Promise.race([shut, late.promise]);
    clearTimeout(timer);
    this.#parts.account.close();
    // The SDK had registered itself for the whole process.
    const { api } = this.#parts;
    for (const part of [api.trace, api.context, api.propagation]) part.disable();
  }

  #record(
    { traceId, parentId }: { traceId: string; parentId: string | undefined },
    span: Omit<TracedSpan, 'parent'>,
  ): void {
    const { api, tracer, ids, account } = this.#parts;
    if (!account.take()) return;
    ids.traceId = traceId;
    ids.spanId = spanIdOf(traceId, span.stage, this.#host);
    const context =
      parentId === undefined
        ? api.ROOT_CONTEXT
        : api.trace.setSpanContext(api.ROOT_CONTEXT, remote(traceId, parentId));
    const made: Span = tracer.startSpan(
      span.stage,
      { startTime: hrTime(span.start), attributes: { ...span.attributes } },
      context,
    );
    made.end(hrTime(span.end));
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
