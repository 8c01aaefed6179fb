/** Trace and span ids that every process derives alike. */
import { hash128, hashHex } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';

const words = new Uint32Array(4);
const encoder = new TextEncoder();

/** 32 hex digits: the identity of the tick. */
export function traceIdOf(tick: TickView): string {
  return hashHex(tick.identity(words));
}

/** 16 hex digits: one stage of one trace on one host. */
export function spanIdOf(traceId: string, stage: string, host: string): string {
  const id = hashHex(hash128(encoder.encode(`${traceId}/${stage}/${host}`), words)).slice(0, 16);
  return id === '0000000000000000' ? '0000000000000001' : id;
}

export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** Reads a W3C `traceparent` of version 00; `undefined` when it is none. */
export function parseTraceparent(text: string): TraceParent | undefined {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text);
  if (match === null) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = match;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const formatTraceparent = (traceId: string, spanId: string): string =>
  `00-${traceId}-${spanId}-01`;
