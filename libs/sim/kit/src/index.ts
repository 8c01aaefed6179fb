/**
 * What every vendor simulator is made of: seeded markets, faults by specification, a log that is
 * the oracle, bounded queues, and servers for WebSocket, HTTP, TCP and UDP. See README.md.
 */
export { SimulatorError } from './errors.ts';
export type { SimulatorErrorCode } from './errors.ts';

// Chance and time.
export { createRandom } from './random.ts';
export type { Random } from './random.ts';
export { HOST_CLOCK } from './simulator-clock.ts';
export type { SimulatorClock } from './simulator-clock.ts';
export { ManualClock } from './manual-clock.ts';
export { HostTimers } from './host-timers.ts';

// Markets.
export { decimalText, increment } from './decimal-text.ts';
export type { Increment } from './decimal-text.ts';
export type { SimulatedInstrument } from './simulated-instrument.ts';
export { Side } from './order-book.ts';
export type { Level, Order } from './order-book.ts';
export type { BookImage, BookRow } from './book-history.ts';
export { SeededMarket } from './seeded-market.ts';
export type { SeededMarketOptions, TradeIdSource } from './seeded-market.ts';
export type { Change, Fill, MarketUpdate, VenueTime } from './market-update.ts';
export { SeededExchange } from './seeded-exchange.ts';
export type { ExchangeSink, SeededExchangeOptions } from './seeded-exchange.ts';
export { Pacer } from './pacer.ts';
export type { PacedExchange, PacerOptions } from './pacer.ts';

// A venue of them.
export { SimulatedVenue } from './simulated-venue.ts';
export type { SimulatedVenueOptions } from './simulated-venue.ts';
export { VenueClock } from './venue-clock.ts';

// Faults.
export { faultHelp } from './fault-catalogue.ts';
export type { FaultCatalogue, FaultName } from './fault-catalogue.ts';
export { NO_FAULTS } from './fault-plan.ts';
export type {
  ConnectionFault,
  ConnectionFaultRule,
  FaultPlan,
  MessageFault,
  MessageFaultRule,
  RestFault,
  RestFaultRule,
} from './fault-plan.ts';
export { parseFaultSpec } from './parse-faults.ts';

// The log.
export { FaultLog } from './fault-log.ts';
export { LineFile } from './line-file.ts';
export { SessionLog, sequencesOf } from './session-log.ts';
export type {
  AskedEntry,
  FaultEntry,
  LogEntry,
  SentEntry,
  SentKind,
  SessionLogOptions,
} from './session-log.ts';

// Clients.
export { ClientConnection } from './client-connection.ts';
export type {
  ClientConnectionOptions,
  ConnectionAccount,
  ConnectionCounts,
} from './client-connection-options.ts';
export type {
  ClientSession,
  Reply,
  SentTraffic,
  SessionAnswer,
  TrafficReader,
} from './client-session.ts';
export { CLOSE_REASONS, SentCounts } from './sent-counts.ts';
export type { CountCell, CountCells } from './sent-counts.ts';
export { TopicListeners } from './outgoing-message.ts';
export type { Listener, OutgoingMessage, Payload } from './outgoing-message.ts';
export { AddressWindows, SlidingWindow, WeightPools } from './rate-limits.ts';
export type { PoolState } from './rate-limits.ts';
export type { DropPolicy } from './dropping-queue.ts';

// Servers.
export type { Transport } from './transport.ts';
export type { FrameSlice, FrameWriter } from './frame-writer.ts';
export { FrameArena } from './text-frames.ts';
export { WebSocketDoor } from './websocket-door.ts';
export type { Admission, WebSocketDoorOptions } from './websocket-door.ts';
export { createHttpDoor } from './http-door.ts';
export type { HttpAnswer, HttpDoorOptions, HttpQuestion } from './http-door.ts';
export { delimitedFraming, lengthFraming } from './message-framing.ts';
export type { FrameReader, MessageFraming } from './message-framing.ts';
export { TcpDoor } from './tcp-door.ts';
export type { TcpDoorOptions } from './tcp-door.ts';
export { UdpFeed, isMulticast } from './udp-feed.ts';
export type { UdpFeedOptions, UdpLeg, UdpPacket } from './udp-feed.ts';
