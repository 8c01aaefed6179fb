export { decimalText, increment } from '@tickwire/sim-kit';
export type { Increment } from '@tickwire/sim-kit';
