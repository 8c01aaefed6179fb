export { FaultLog } from '@tickwire/sim-kit';
export type { FaultEntry } from '@tickwire/sim-kit';
