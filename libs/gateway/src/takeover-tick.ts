import { INSTRUMENT_ALL, StreamReason, StreamScope, StreamState } from '@tickwire/core';
import type { Clock, StampNs } from '@tickwire/core';
import { TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';

/** The STREAM tick that opens an epoch: another writer died here, all books are to be doubted. */
export function takeoverTick(clock: Clock, flags: number): Uint8Array {
  const batch = new TickBatch(1);
  const now: StampNs = { hi: 0, lo: 0 };
  clock.wallNs(clock.monotonicNs(), now);
  const tick = batch.add(TickKind.Stream);
  tick.setTsEvent(now.hi, now.lo);
  tick.setTsRecv(now.hi, now.lo);
  tick.instrument = INSTRUMENT_ALL;
  tick.flags = flags | TickFlag.Last | TickFlag.EventEnd;
  tick.setMissingCount(0xffff_ffff, 0xffff_ffff);
  tick.setFromTs(0xffff_ffff, 0xffff_ffff);
  tick.setStream({
    state: StreamState.Gap,
    previousState: StreamState.Unknown,
    reason: StreamReason.WriterRestarted,
    scope: StreamScope.Ring,
  });
  return batch.bytes;
}
