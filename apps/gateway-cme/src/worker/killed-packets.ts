import { collectHops, hopImbalance } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';
import type { GatewayHops } from '@tickwire/gateway';

/**
 * Packets that a killed process had taken from its sockets and not handed on, at most one batch:
 * declared as dropped, so that the hop `cme.wire` balances again. None after an orderly end.
 */
export function declareKilledPackets(stats: CounterTable, { wire }: GatewayHops): number {
  const killed = wire.dropped('killed');
  const hop = collectHops([stats.snapshot().values]).get(wire.hop);
  const packets = hop === undefined ? 0 : Math.max(0, hopImbalance(hop));
  killed.add(packets);
  return packets;
}
