import { collectHops } from '@tickwire/core';
import type { HopReport } from '@tickwire/core';
import { readStats, statsPath } from '@tickwire/io-service';

export interface ServiceAccounts {
  /** Counters and gauges by name. */
  readonly values: ReadonlyMap<string, number>;
  /** @throws Error when the service has no such hop. */
  hop(name: string): HopReport;
}

/** A service's own counters as they are now, read from outside. @throws as `readStats`. */
export function serviceAccounts(ringDir: string, service: string): ServiceAccounts {
  const { values } = readStats(statsPath(ringDir, service));
  const hops = collectHops([values]);
  return {
    values,
    hop(name) {
      const hop = hops.get(name);
      if (hop === undefined) throw new Error(`no hop ${name}`);
      return hop;
    },
  };
}
