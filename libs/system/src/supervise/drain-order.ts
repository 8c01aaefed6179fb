import type { ServiceRole } from './service-spec.ts';

/**
 * Stage of a service in the drain: gateways take leave of their vendors and close their rings,
 * then whoever reads them, in the order of the data, then what carried it.
 */
export function drainStageOf(role: ServiceRole, service: string): number {
  if (role === 'gateway') return 0;
  if (role === 'consumer') return service === 'aggregator' ? 1 : 2;
  return role === 'bus' ? 3 : 4;
}

/** The role that a name suggests, for a service of which only the lock is left. */
export function roleOfName(service: string): ServiceRole {
  if (service.startsWith('gateway-')) return 'gateway';
  if (service.startsWith('sim-')) return 'simulator';
  return service === 'broker' ? 'bus' : 'consumer';
}
