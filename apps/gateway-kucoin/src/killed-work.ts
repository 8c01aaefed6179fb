import { HopCounters, collectHops, hopImbalance } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';
import type { RingProducer } from '@tickwire/io-rings';
import { settlePublished } from './published-account.ts';

/**
 * A process that was killed had counted work as taken that it did not finish: at most the message
 * in its hands, what waited for a snapshot, and the ticks of one batch. Its next life declares that
 * as dropped, so that every hop balances again. After an orderly end there is nothing to declare.
 *
 * @param rings - By partition. Just taken over, nothing published since: how many ticks they hold
 *   is what the killed writer published, whatever that had counted.
 * @returns messages and ticks declared.
 */
export function declareKilledWork(
  stats: CounterTable,
  rings: readonly RingProducer[],
): { messages: number; ticks: number } {
  const wire = new HopCounters(stats, 'kucoin.wire', 'message');
  const parse = new HopCounters(stats, 'kucoin.parse', 'message');
  const normalise = new HopCounters(stats, 'kucoin.normalise', 'tick');
  // Counted as read from the socket, and killed before the parser counted it.
  parse.in.add(Math.max(0, wire.out.value - parse.in.value));
  parse.inFlight.set(0);
  settlePublished(stats, rings);
  const messages = unfinished(stats, 'kucoin.parse');
  if (messages > 0) parse.dropped('killed').add(messages);
  const ticks = unfinished(stats, 'kucoin.normalise');
  if (ticks > 0) normalise.dropped('killed').add(ticks);
  return { messages, ticks };
}

function unfinished(stats: CounterTable, name: string): number {
  const hop = collectHops([stats.snapshot().values]).get(name);
  return hop === undefined ? 0 : hopImbalance(hop);
}
