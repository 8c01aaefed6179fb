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
