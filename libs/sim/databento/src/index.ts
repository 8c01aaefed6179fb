/** The simulator of Databento's live gateway. See README.md. */
export { DatabentoSimulator, startDatabentoSimulator } from './databento-simulator.ts';
export { SIMULATED_KEY } from './options.ts';
export type { DatabentoSimulatorOptions, FilesOptions } from './options.ts';
export { databentoFaultHelp } from './faults.ts';
export { MADE_SCHEMAS } from './schema-codes.ts';
export type { MadeSchema } from './schema-codes.ts';
export type { FileSpeed } from './files/file-market.ts';
export type { DatabentoInstrument, ListedInstrument } from './instruments.ts';
export type { LimitBook, PriceLevel, RestingOrder } from './limit-book.ts';
export type { SessionEnd, SessionReport, SimulatorCounts } from './simulator-counts.ts';
export { LiveSession } from './live-session.ts';
export type { LiveSessionOptions, SessionAction, SessionChoices } from './live-session.ts';
