/**
 * An exchange that speaks CME MDP 3.0: matching engines, books by level and by order, and their
 * feeds, as packets in memory or on multicast. See README.md.
 */
export { ChannelExchange } from './exchange/channel-exchange.ts';
export type { ChannelExchangeOptions, EventEnd } from './exchange/channel-exchange.ts';
export { listInstruments } from './exchange/list-instruments.ts';
export { InstrumentKind } from './exchange/listed-instrument.ts';
export type { ListedInstrument, Maturity, OptionTerms } from './exchange/listed-instrument.ts';
export { BookDigest } from './exchange/book-digest.ts';
export { BookOracle } from './exchange/book-oracle.ts';
export type { BookMoment } from './exchange/book-oracle.ts';
export { ChannelDisruption, ChannelTimeline } from './feeds/channel-timeline.ts';
export type { ChannelTimelineOptions, ScheduledDisruption } from './feeds/channel-timeline.ts';
export { FEED_TYPES, FeedType } from './feeds/feed-type.ts';
export { PACKET_BYTES_MAX } from './feeds/packet-stream.ts';
export type { FeedPacket } from './feeds/packet-stream.ts';
export { renderPackets } from './feeds/render-packets.ts';
export type { RenderPacketsOptions, RenderedPackets } from './feeds/render-packets.ts';
export { FeedLine, planChannels } from './feeds/channel-plan.ts';
export type { ChannelPlan, ChannelPlanOptions, FeedEndpoint } from './feeds/channel-plan.ts';
export { SimulatedFeeds } from './feeds/simulated-feeds.ts';
export type {
  LineCounts,
  SentPacket,
  SimulatedChannel,
  SimulatedFeedsOptions,
} from './feeds/simulated-feeds.ts';
export { CME_FAULT_HELP } from './faults/fault-plan.ts';
export type { CmeFaultPlan } from './faults/fault-plan.ts';
export { FaultyLeg } from './faults/faulty-leg.ts';
export type { LegCounts } from './faults/faulty-leg.ts';
export type { LegFaultPlan } from './faults/leg-faults.ts';
export { parseCmeFaults } from './faults/parse-faults.ts';
export { REQUEST_PACKETS_MAX } from './replay/replay-session.ts';
export type { ReplayCounts } from './replay/replay-service.ts';
export { CaptureFile } from './run/capture-file.ts';
export { startCmeSimulator } from './run/cme-simulator.ts';
export type { CmeSimulator, CmeSimulatorCounts, CmeSimulatorOptions } from './run/cme-simulator.ts';
export { renderCapture } from './run/render-capture.ts';
export type { RenderCaptureOptions, RenderedCapture } from './run/render-capture.ts';
