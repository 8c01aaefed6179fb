export { BATCH_COUNT_MAX, BATCH_POLICIES, BatchQueue } from './batch-queue.ts';
export type { BatchDrops, BatchPolicy, BatchQueueOptions } from './batch-queue.ts';
export { BatchError } from './errors.ts';
