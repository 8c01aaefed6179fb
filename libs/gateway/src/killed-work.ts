import { collectHops, hopImbalance } from '@tickwire/core';
import type { CounterTable, HopCounters } from '@tickwire/core';
import { gatewayHops } from './gateway-hops.ts';
import { settlePublished } from './published-account.ts';
import type { PublishedAccount } from './published-account.ts';

/**
 * A process that was killed had counted work as taken that it did not finish: at most the message
 * in its hands, what waited for a snapshot, and the ticks of one batch. Its next life declares that
 * as dropped, so that every hop balances again. After an orderly end there is nothing to declare.
 *
 * @param account - Its rings are just taken over, nothing is published since: how many ticks they
 *   hold is what the killed writer published, whatever that had counted.
 * @returns messages and ticks declared.
 */
export function declareKilledWork(account: PublishedAccount): { messages: number; ticks: number } {
  const { stats, vendor } = account;
  const { wire, parse, normalise } = gatewayHops(stats, vendor);
  // Counted as read from the socket, and killed before the parser counted it.
  parse.in.add(Math.max(0, wire.out.value - parse.in.value));
  parse.inFlight.set(0);
  settlePublished(account);
  const messages = unfinished(stats, parse);
  if (messages > 0) parse.dropped('killed').add(messages);
  const ticks = unfinished(stats, normalise);
  if (ticks > 0) normalise.dropped('killed').add(ticks);
  return { messages, ticks };
}

function unfinished(stats: CounterTable, { hop }: HopCounters): number {
  const report = collectHops([stats.snapshot().values]).get(hop);
  return report === undefined ? 0 : hopImbalance(report);
}
