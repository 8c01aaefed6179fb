import { HopCounters } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';

/** `cme.recovery`, packets: of recovery feeds and replays, on their way to the channels. */
export function recoveryHop(stats: CounterTable): HopCounters {
  return new HopCounters(stats, 'cme.recovery', 'message');
}
