export { Cadence } from './cadence.ts';
export { ConnectGate } from './connect-gate.ts';
export type { ConnectCost, ConnectTicket } from './connect-gate.ts';
export type { FeedSink, TickSink } from './feed-sink.ts';
export { finerEntry } from './finer-entry.ts';
export { GapLedger } from './gap-ledger.ts';
export type { GapRecord, NoticedGap } from './gap-ledger.ts';
export type { ImageLimits } from './image-limits.ts';
export { NamedTimers } from './named-timers.ts';
export { RateBudget } from './rate-budget.ts';
export { RECONNECT_LIMITS, ReconnectPolicy } from './reconnect-policy.ts';
export type { CircuitState, ReconnectLimits } from './reconnect-policy.ts';
export { receiptClock } from './recv-stamp.ts';
export type { RecvStamp } from './recv-stamp.ts';
export type { PlacedSymbol, Relocation } from './relocation.ts';
export type { ResumePoint, SymbolPosition } from './symbol-position.ts';
export { TickEmitter } from './tick-emitter.ts';
export type { FeedSymbol, LevelTick, StreamChange, TickEmitterOptions } from './tick-emitter.ts';
export type {
  Dial,
  HttpAnswer,
  HttpDoor,
  HttpRequest,
  Socket,
  SocketHandlers,
} from './transport.ts';
