/** What a worker thread is told at its start, and what the two threads say to each other. */
import type { ConsumerOptions } from '../consumer-options.ts';
import type { ConsumerHandlers, PressureChange } from '../handlers.ts';
import type { ResumePoint } from '../lane.ts';
import type { ReadingEnd } from '../reading.ts';
import type { SharedBatchesPlan } from './shared-batches.ts';

/** Options of a consumer that can be sent to another thread. */
export type SentOptions = Omit<ConsumerOptions, 'handlers' | 'rings' | 'vendor' | 'batchTicks'> & {
  readonly rings: readonly string[];
  readonly batchTicks: number;
  readonly from?: 'oldest' | 'latest';
};

export interface WorkerTask {
  readonly options: SentOptions;
  /** URL of the module with the handlers; without one, batches go to the other thread. */
  readonly module: string | undefined;
  readonly data: unknown;
  /** Counts of each ring. */
  readonly cells: readonly Float64Array<SharedArrayBuffer>[];
  readonly resume: readonly (ResumePoint | undefined)[];
  readonly batches: { readonly memory: SharedArrayBuffer; readonly plan: SharedBatchesPlan };
  readonly results: { readonly memory: SharedArrayBuffer; readonly capacity: number };
}

/** What the handlers of a worker get to know and to use. */
export interface WorkerContext<Data = unknown> {
  /** As it was given to `createWorkerConsumer`; a copy. */
  readonly data: Data;
  readonly rings: readonly string[];
  /**
   * Sends a result, which is copied. False when as many as may be are under way: it was dropped
   * and counted. Ask `room` first where none may be dropped.
   */
  post(result: unknown): boolean;
  /** Resolves when a result may be posted. A handler that awaits it lets its queue fill. */
  room(): Promise<void>;
}

/** The default export of a module of handlers. */
export type WorkerHandlers<Data = unknown> = (
  context: WorkerContext<Data>,
) => ConsumerHandlers | Promise<ConsumerHandlers>;

export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string | undefined;
}

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly result: unknown }
  | { readonly type: 'pressure'; readonly change: PressureChange }
  | { readonly type: 'ended'; readonly end: ReadingEnd }
  | { readonly type: 'failed'; readonly error: SentError };

export interface ToWorker {
  readonly type: 'stop';
  readonly drain: boolean;
  readonly timeoutMs: number;
}
