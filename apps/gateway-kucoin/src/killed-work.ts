import { HopCounters, collectHops, hopImbalance } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';
import type { RingProducer } from '@tickwire/io-rings';

/**
 * A process that was killed had counted work as taken that it did not finish: at most the message
 * in its hands, what waited for a snapshot, and the ticks of one batch. Its next life declares that
 * as dropped, so that every hop balances again. After an orderly end there is nothing to declare.
 *
 * @param ring - Just taken over, nothing published since: how many ticks it holds is what the
 *   killed writer published, whatever that had counted.
 * @returns messages and ticks declared.
 */
export function declareKilledWork(
  stats: CounterTable,
  ring: RingProducer,
): { messages: number; ticks: number } {
  const wire = new HopCounters(stats, 'kucoin.wire', 'message');
  const parse = new HopCounters(stats, 'kucoin.parse', 'message');
  const normalise = new HopCounters(stats, 'kucoin.normalise', 'tick');
  // Counted as read from the socket, and killed before the parser counted it.
  parse.in.add(Math.max(0, wire.out.value - parse.in.value));
  parse.inFlight.set(0);
  settlePublished(stats, ring);
  const messages = unfinished(stats, 'kucoin.parse');
  if (messages > 0) parse.dropped('killed').add(messages);
  const ticks = unfinished(stats, 'kucoin.normalise');
  if (ticks > 0) normalise.dropped('killed').add(ticks);
  return { messages, ticks };
}

/**
 * `out` counts the ticks of every ring that this service has written; what it stood at when the
 * present ring was made is kept with that ring's id.
 */
function settlePublished(stats: CounterTable, ring: RingProducer): void {
  const { out } = new HopCounters(stats, 'kucoin.normalise', 'tick');
  const ringLo = stats.counter('state/ringLo');
  const outBefore = stats.counter('state/outBeforeRing');
  if (ring.epoch === 1) {
    outBefore.set(out.value);
    ringLo.set(ring.ringId.lo);
  } else if (ringLo.value === ring.ringId.lo) {
    // Without what takeovers wrote: PAD, and one STREAM tick each.
    const { padded, takeovers } = ring.counters();
    out.set(outBefore.value + ring.position - padded - takeovers);
  }
}

function unfinished(stats: CounterTable, name: string): number {
  const hop = collectHops([stats.snapshot().values]).get(name);
  return hop === undefined ? 0 : hopImbalance(hop);
}
