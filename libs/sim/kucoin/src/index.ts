/**
 * A simulator of KuCoin's spot market data: the venue's real protocol over loopback, on seeded
 * markets that are consistent by construction. See README.md.
 */
export { startKucoinSimulator } from './simulator.ts';
export type { KucoinSimulator, SimulatedBook, SimulatorCounts } from './simulator-api.ts';
export { VENUE_LIMITS } from './options.ts';
export type { KucoinSimulatorOptions, VenueLimits } from './options.ts';
export { DEFAULT_SYMBOLS, symbolNames } from './instruments.ts';
export { ManualClock, SessionLog, SimulatorError } from '@tickwire/sim-kit';
export type {
  FaultEntry,
  FaultLog,
  FaultPlan,
  SimulatorClock,
  SimulatorErrorCode,
} from '@tickwire/sim-kit';
export { KUCOIN_FAULTS, parseFaults } from './faults.ts';
export type { KeyOrder } from './key-order.ts';
export { renderSession } from './render-session.ts';
export type {
  RenderOptions,
  RenderedAnswer,
  RenderedMessage,
  RenderedSession,
} from './render-session.ts';
export { writeSession } from './session-files.ts';
