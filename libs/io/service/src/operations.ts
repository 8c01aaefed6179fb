/**
 * What shows a service to those who operate it: metrics, health, traces. `runService` takes it as a
 * parameter, so that this library knows no client library of either; @tickwire/io-telemetry has it.
 */
import type { CounterTable, StampNs } from '@tickwire/core';
import type { HostClock } from '@tickwire/ipc-shm';
import type { TickView } from '@tickwire/wire-tick';
import type { Log } from './log.ts';

/** `starting` and `stopping` services live but are not ready. */
export type ServicePhase = 'starting' | 'running' | 'stopping';

export interface ServiceHealth {
  readonly phase: ServicePhase;
  /** Whether it can do its work now. */
  readonly ok: boolean;
  /** Why not, in a few words; what it said last. */
  readonly reason: string;
}

export interface OperationsOptions {
  readonly service: string;
  readonly host: string;
  /** A busy one moves to the next free one; 0 = any. */
  readonly port: number;
  /** Where spans go, an OTLP/HTTP endpoint such as `http://127.0.0.1:4318`; none without. */
  readonly otlpUrl: string | undefined;
  /** One tick in so many is traced; 0 = none. */
  readonly traceSampleEvery: number;
  readonly stats: CounterTable;
  readonly health: () => ServiceHealth;
  readonly clock: HostClock;
  readonly log: Log;
}

/** Values of a span's attributes. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** One stage of a tick's way. Both ends are ns since the Unix epoch by this host's clock. */
export interface TickSpan {
  /** `decode`, `ring.read`, `aggregate`, `store`: names the span, and with it its id. */
  readonly stage: string;
  /** Stage of the span that it follows, on the same host; the first stage has none. */
  readonly parent?: string;
  readonly start: Readonly<StampNs>;
  readonly end: Readonly<StampNs>;
  readonly attributes?: SpanAttributes;
}

/** Traces sampled ticks. Ids come from the tick's own bytes, see `tickIdentity` of wire-tick. */
export interface TickTracer {
  /** Whether spans go anywhere. */
  readonly enabled: boolean;
  /** One tick in so many gets the flag SAMPLED, by whoever makes ticks; 0 = none. */
  readonly sampleEvery: number;
  /** Records a stage of a tick with the flag SAMPLED; a no-op when not `enabled`. */
  span(tick: TickView, span: TickSpan): void;
  /** W3C `traceparent` for what is sent on because of the tick, as a child of `stage`. */
  traceparent(tick: TickView, stage: string): string;
  /** Records a stage of something that arrived with a `traceparent`; malformed ones are ignored. */
  continued(traceparent: string, span: Omit<TickSpan, 'parent'>): void;
}

export interface Operations {
  readonly url: string;
  readonly port: number;
  readonly tracer: TickTracer;
  /** Sends what is left of the traces, closes the door. */
  close(): Promise<void>;
}

export type StartOperations = (options: OperationsOptions) => Promise<Operations>;

/** A service without operations: tests, and tools that nobody operates. */
export const silentTracer: TickTracer = {
  enabled: false,
  sampleEvery: 0,
  span: () => undefined,
  traceparent: () => '',
  continued: () => undefined,
};
