export { Side } from '@tickwire/sim-kit';
export type { Level, Order } from '@tickwire/sim-kit';
