export { connectBus } from './bus.ts';
export type {
  Bus,
  BusMessage,
  BusMeter,
  BusOptions,
  BusState,
  BusStats,
  BusSubscription,
  DropReason,
  SubscribeOptions,
} from './bus.ts';
export { startEmbeddedBroker } from './embedded-broker.ts';
export type { EmbeddedBroker, EmbeddedBrokerOptions } from './embedded-broker.ts';
export type { BrokerCounts } from './broker-session.ts';
export { findNatsServer, startNatsServer } from './nats-server.ts';
export type { NatsServer, NatsServerOptions } from './nats-server.ts';
export { CONTROL_LIMITS, answerControl } from './control-responder.ts';
export type {
  ControlLimits,
  ControlOptions,
  ControlRefusal,
  ControlRequest,
  ControlVerb,
} from './control-responder.ts';
export { CONTROL_DROP_REASONS } from './control-account.ts';
export type { ControlDropReason } from './control-account.ts';
export { BusError } from './errors.ts';
export type { BusErrorCode } from './errors.ts';
export {
  barSubject,
  barWildcard,
  controlSubject,
  gapSubject,
  healthSubject,
  intervalName,
  isPublishSubject,
  isSubscribeSubject,
  ticksSubject,
} from './subjects.ts';
