import { HopCounters } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';

/** The hops that every gateway counts; their cells are made when they are first asked for. */
export interface GatewayHops {
  /** `<vendor>.wire`, messages: what the sockets gave. */
  readonly wire: HopCounters;
  /** `<vendor>.parse`, messages: what became of them. */
  readonly parse: HopCounters;
  /** `<vendor>.normalise`, ticks: implied by the messages, and published. */
  readonly normalise: HopCounters;
}

export function gatewayHops(stats: CounterTable, vendor: string): GatewayHops {
  return {
    wire: new HopCounters(stats, `${vendor}.wire`, 'message'),
    parse: new HopCounters(stats, `${vendor}.parse`, 'message'),
    normalise: new HopCounters(stats, `${vendor}.normalise`, 'tick'),
  };
}
