import { stampToBigInt } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';

const NS_PER_DAY = 86_400_000_000_000n;

/** Days since the Unix epoch, as LocalMktDate has them; the exchange's zone is UTC here. */
export function tradeDateOf(stamp: Readonly<StampNs>): number {
  return Number(stampToBigInt(stamp) / NS_PER_DAY);
}
