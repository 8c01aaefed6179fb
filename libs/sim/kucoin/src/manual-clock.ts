export { ManualClock } from '@tickwire/sim-kit';
