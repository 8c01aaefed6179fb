import type { SystemStatus } from '@tickwire/system';
import { formatCount, formatDuration, formatNs, formatRate } from '../quantity.ts';

/** A system's status as one line: what `up` prints every 5 s where nobody can watch a table. */
export function statusLine(status: SystemStatus, elapsedMs: number): string {
  const ticksPerSecond = status.rings
    .filter((ring) => ring.name !== 'bars.0')
    .reduce((sum, ring) => sum + (ring.ticksPerSecond ?? 0), 0);
  const decode = status.latency.decode;
  const unwell = status.services.filter((service) => service.state !== 'running');
  const restarts = status.services.reduce((sum, service) => sum + service.restarts, 0);
  return [
    formatDuration(elapsedMs),
    `${formatRate(ticksPerSecond)} ticks/s`,
    ...(decode === undefined
      ? []
      : [`decode p50 ${formatNs(decode.p50Ns)} p99 ${formatNs(decode.p99Ns)}`]),
    `lost ${formatCount(status.lost)}`,
    `gaps ${formatCount(status.gaps)}`,
    `bars ${formatCount(status.barsClosed)}`,
    `stored ${formatCount(status.store.rows)}`,
    `restarts ${formatCount(restarts)}`,
    ...unwell.map((service) => `${service.service} ${service.state}`),
  ].join(' · ');
}
