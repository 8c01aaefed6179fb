import { TICK_BYTES } from '@tickwire/core';
import { TickCaptureWriter } from '@tickwire/io-capture';
import type { RenderedSession } from '@tickwire/sim-kucoin';
import { createKucoinNormaliser, createTallies } from '@tickwire/venue-kucoin';
import type { KucoinSink } from '@tickwire/venue-kucoin';
import { TickFlag } from '@tickwire/wire-tick';

/** A ring that never was: a sample has to have some identity, and always the same one. */
const ORIGIN = { ringIdHi: 0x5a3c_7001, ringIdLo: 0x0000_0001, epoch: 1 };

interface Input {
  readonly tsNs: bigint;
  give(recv: { hi: number; lo: number; monotonicNs: number }): void;
}

/**
 * Writes the ticks that the gateway's normaliser makes of a session. Time within the process is 0
 * throughout, so `publishDelta` is 0: a sample must not depend on the machine.
 */
export function writeTicks(session: RenderedSession, path: string): void {
  const writer = new TickCaptureWriter(path);
  let entries = 0;
  const sink: KucoinSink = {
    publish(batch) {
      const bytes = batch.bytes.subarray(0, batch.count * TICK_BYTES);
      writer.ticksRun(ORIGIN, writer.ticks, bytes);
    },
    define(entry) {
      entries += 1; // entry 0 is the ring itself
      writer.directory(ORIGIN, [{ ...entry, index: entries }]);
      return entries;
    },
  };
  const { tallies, value } = createTallies();
  const flags = TickFlag.Simulated;
  const normaliser = createKucoinNormaliser({ sink, tallies, symbols: 'all', flags });
  const inputs: Input[] = [
    ...session.rest.map(({ tsNs, path: target, body }) => ({
      tsNs,
      give(recv: Parameters<Input['give']>[0]): void {
        const symbol = /[?&]symbol=(.+)$/.exec(target)?.[1];
        const bytes = Buffer.from(body);
        if (symbol !== undefined) normaliser.onSnapshot(symbol, bytes, recv);
        else if (target.endsWith('/symbols')) normaliser.onSymbols(bytes);
      },
    })),
    ...session.ws.map(({ tsNs, text }) => ({
      tsNs,
      give: (recv: Parameters<Input['give']>[0]) => void normaliser.onMessage(Buffer.from(text), recv),
    })),
  ];
  inputs.sort((left, right) => (left.tsNs < right.tsNs ? -1 : left.tsNs > right.tsNs ? 1 : 0));
  const recv = { hi: 0, lo: 0, monotonicNs: 0 };
  for (const input of inputs) {
    recv.hi = Number(input.tsNs >> 32n);
    recv.lo = Number(input.tsNs & 0xffff_ffffn);
    input.give(recv);
  }
  normaliser.close(recv);
  writer.close();
  if (value('ticksImplied') !== writer.ticks) {
    throw new Error(`${value('ticksImplied')} ticks implied, ${writer.ticks} written`);
  }
}
