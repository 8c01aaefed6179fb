export { ConsumerError } from './errors.ts';
export type { ConsumerErrorCode } from './errors.ts';
export { Consumer, createConsumer } from './consumer.ts';
export type { ConsumerRunOptions, StopOptions } from './consumer.ts';
export type { ReadingEnd } from './reading.ts';
export { BATCH_TICKS_MAX } from './consumer-options.ts';
export type { BatchRule, ConsumerOptions } from './consumer-options.ts';
export type { ConsumerStats, RingStats, TickCounts } from './consumer-stats.ts';
export type { HandlerErrorCount } from './handler-errors.ts';
export type {
  ConsumerGap,
  ConsumerHandlers,
  KindHandlers,
  PressureChange,
  TickBatch,
  TickHandler,
} from './handlers.ts';
export type { TickOrigin } from './tick-origin.ts';
export { WorkerConsumer, createWorkerConsumer } from './worker/worker-consumer.ts';
export type { WorkerConsumerOptions } from './worker/worker-consumer.ts';
export type { WorkerBatch } from './worker/worker-batches.ts';
export type { WorkerConsumerStats, WorkerRingStats, WorkerStats } from './worker/worker-stats.ts';
export type { WorkerContext, WorkerHandlers } from './worker/worker-task.ts';
export type { WorkerDeath } from './worker/worker-unit.ts';
export type { ResultCounts } from './worker/result-port.ts';
export type { SharedBatchesCounts } from './worker/shared-batches.ts';
