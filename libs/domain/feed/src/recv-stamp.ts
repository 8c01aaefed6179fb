import type { Clock, StampNs } from '@tickwire/core';

/** When a frame came in. Callers may use one object again and again: it is read at once. */
export interface RecvStamp extends StampNs {
  /** The same moment on the monotonic clock, ns: latency is measured from here. */
  monotonicNs: number;
}

/** The moment of each call, on both clocks, in one object that is reused. */
export function receiptClock(clock: Clock): () => Readonly<RecvStamp> {
  const recv: RecvStamp = { hi: 0, lo: 0, monotonicNs: 0 };
  return () => {
    recv.monotonicNs = clock.monotonicNs();
    clock.wallNs(recv.monotonicNs, recv);
    return recv;
  };
}
