import type { StampNs } from '@tickwire/core';

/** When a frame came in. Callers may use one object again and again: it is read at once. */
export interface RecvStamp extends StampNs {
  /** The same moment on the monotonic clock, ns: latency is measured from here. */
  monotonicNs: number;
}
