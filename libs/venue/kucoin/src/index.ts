export { KucoinDecodeError, KucoinSessionError, REJECT_REASONS } from './errors.ts';
export type { KucoinSessionErrorCode, RejectReason } from './errors.ts';
export { TALLY_NAMES, createTallies, mapTallies } from './tallies.ts';
export { createHopTallies } from './hop-tallies.ts';
export type { Tallies, Tally, TallyName } from './tallies.ts';
export type { KucoinSink, NewDirectoryEntry, RecvStamp } from './sink.ts';
export type { GapRecord } from './gap-ledger.ts';
export { MessageOutcome } from './message-outcome.ts';
export type { ControlMessage } from './message-outcome.ts';
export { NORMALISER_LIMITS } from './normaliser-options.ts';
export type { KucoinNormaliserLimits, KucoinNormaliserOptions } from './normaliser-options.ts';
export { createKucoinNormaliser } from './normaliser.ts';
export type { ImageLimits, KucoinNormaliser } from './kucoin-normaliser.ts';
export type { PlacedSymbol, Relocation, ResumePoint, SymbolPosition } from './symbol-state.ts';
export { createKucoinSession } from './session.ts';
export type { KucoinSession } from './session.ts';
export { SESSION_LIMITS } from './session-options.ts';
export type { KucoinSessionOptions, SessionEvent, SessionLimits } from './session-options.ts';
export { CONNECTION_STATES } from './connection.ts';
export type { ConnectionState } from './connection.ts';
export { createRequestSigner } from './sign-request.ts';
export type { HmacSha256Base64, KucoinKey } from './sign-request.ts';
export { RECONNECT_LIMITS } from './reconnect-policy.ts';
export type { ReconnectLimits } from './reconnect-policy.ts';
export type {
  Dial,
  HttpAnswer,
  HttpDoor,
  HttpRequest,
  SignRequest,
  Socket,
  SocketHandlers,
} from './transport.ts';
export type { TopicName } from './topic.ts';
export { PUBLISHER_SPOT } from './tick-emitter.ts';
