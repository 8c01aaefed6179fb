/** One worker thread of a WorkerConsumer and its rings, over as many lives as it is allowed. */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { TickwireError } from '@tickwire/core';
import { ConsumerError } from '../errors.ts';
import type { PressureChange } from '../handlers.ts';
import { LANE_CELLS, LaneCounters } from '../lane-counters.ts';
import type { ResumePoint } from '../lane.ts';
import type { ReadingEnd } from '../reading.ts';
import { RESULT_BYTES, ResultWindow } from './result-port.ts';
import type { ResultCounts } from './result-port.ts';
import { SharedBatchesReader, sharedBatchesBytes } from './shared-batches.ts';
import type { SharedBatchesCounts, SharedBatchesPlan } from './shared-batches.ts';
import type { FromWorker, SentError, SentOptions, ToWorker, WorkerTask } from './worker-task.ts';

const THREAD = new URL('./consumer-thread.ts', import.meta.url);
const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;
/** A worker that lived so long starts anew with its restarts. */
const HEALTHY_MS = 10_000;
const TAKEN_LOOK_MS = 5;
/** A thread that has ended its consumer, or should have, is ended after so long. */
const GRACE_MS = 1_000;
/** Deaths that are kept for `deaths`, the newest. */
const DEATHS_MAX = 32;

export interface WorkerUnitOptions {
  readonly index: number;
  readonly options: SentOptions;
  readonly module: string | undefined;
  readonly data: unknown;
  readonly plan: SharedBatchesPlan;
  readonly resultsMax: number;
  /** 0: the first death ends it. */
  readonly restartsMax: number;
  readonly onResult: (result: unknown) => void | Promise<void>;
  readonly onPressure: (change: PressureChange) => void;
  readonly onDeath: (death: WorkerDeath) => void;
}

/** The counts of one ring in one life of a worker. */
export interface WorkerRingCounts {
  readonly ring: string;
  readonly counters: LaneCounters;
}

export interface WorkerDeath {
  readonly worker: number;
  readonly rings: readonly string[];
  readonly error: ConsumerError;
  readonly isRestarted: boolean;
}

/** One life: a thread with memory of its own. */
interface Life {
  readonly thread: Worker;
  readonly rings: readonly WorkerRingCounts[];
  readonly batches: SharedBatchesReader;
  readonly results: ResultWindow;
  readonly startedAtMs: number;
}

export class WorkerUnit {
  readonly #options: WorkerUnitOptions;
  readonly #closed: WorkerRingCounts[][] = [];
  #life: Life | undefined;
  #restarts = 0;
  #restartsInARow = 0;
  #handling: Promise<void> = Promise.resolve();
  #resultFailure: { readonly error: unknown } | undefined;
  #stop: ToWorker | undefined;
  #ending: NodeJS.Timeout | undefined;
  #isOver = false;
  readonly #ended = Promise.withResolvers<void>();
  readonly #stopped = new AbortController();

  constructor(options: WorkerUnitOptions) {
    this.#options = options;
  }

  get rings(): readonly string[] {
    return this.#options.options.rings;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Of the thread that lives now, or lived last. */
  get counts(): readonly WorkerRingCounts[] {
    return this.#life?.rings ?? [];
  }

  /** Of the lives before, oldest first. What was in flight then is read again. */
  get closedCounts(): readonly (readonly WorkerRingCounts[])[] {
    return this.#closed;
  }

  get batches(): SharedBatchesReader | undefined {
    return this.#life?.batches;
  }

  get resultCounts(): ResultCounts | undefined {
    return this.#life?.results.counts();
  }

  get batchCounts(): SharedBatchesCounts | undefined {
    return this.#life?.batches.counts();
  }

  /**
   * Lives until the consumer in it ends.
   * @throws ConsumerError `WORKER_DIED` when it died and may not be restarted; what `onResult`
   *   threw.
   */
  async run(): Promise<ReadingEnd> {
    try {
      for (;;) {
        const end = await this.#live();
        if (typeof end === 'string') return end;
        await this.#dieOrRestart(end);
        if (this.#stop !== undefined) return 'stopped';
      }
    } finally {
      this.#isOver = true;
      this.#ended.resolve();
      this.#life?.batches.close();
      await this.#handling;
    }
  }

  /** Resolves when it is over, or may have another life. */
  change(timeoutMs: number): Promise<void> {
    return Promise.race([this.#ended.promise, delay(timeoutMs)]);
  }

  /** Asks the consumer in the thread to end. */
  stop(message: ToWorker): void {
    this.#stop = message;
    this.#life?.thread.postMessage(message);
    this.#stopped.abort();
    if (this.#life !== undefined) this.#endIn((message.drain ? message.timeoutMs : 0) + GRACE_MS);
  }

  /** Handlers that never return, or what a module left open, must not keep the thread. */
  #endIn(ms: number): void {
    clearTimeout(this.#ending);
    this.#ending = setTimeout(() => void this.#life?.thread.terminate(), ms);
  }

  async #dieOrRestart(error: ConsumerError): Promise<void> {
    const life = this.#life;
    const livedMs = life === undefined ? 0 : performance.now() - life.startedAtMs;
    if (livedMs >= HEALTHY_MS) this.#restartsInARow = 0;
    const { index, onDeath, restartsMax } = this.#options;
    const isRestarted = this.#restartsInARow < restartsMax && this.#stop === undefined;
    onDeath({ worker: index, rings: this.rings, error, isRestarted });
    if (this.#stop !== undefined) return;
    if (!isRestarted) throw error;
    await this.#untilTaken();
    const backoffMs = Math.min(BACKOFF_FIRST_MS * 2 ** this.#restartsInARow, BACKOFF_MAX_MS);
    this.#restartsInARow += 1;
    this.#restarts += 1;
    if (life !== undefined) this.#closed.push([...life.rings]);
    if (this.#closed.length > DEATHS_MAX) this.#closed.shift();
    const { signal } = this.#stopped;
    await delay(backoffMs, undefined, { signal }).catch(() => undefined);
  }

  /** The next life has a circle of its own: what waits in this one goes first. */
  async #untilTaken(): Promise<void> {
    while (this.#stop === undefined && (this.batchCounts?.waiting ?? 0) > 0) {
      await delay(TAKEN_LOOK_MS);
    }
  }

  /** One life; the error is how it died. */
  async #live(): Promise<ReadingEnd | ConsumerError> {
    const life = this.#start();
    const { thread } = life;
    let end: ReadingEnd | undefined;
    let cause: unknown;
    const exited = new Promise<number>((resolve) => thread.on('exit', resolve));
    thread.on('error', (error) => (cause ??= error));
    thread.on('message', (message: FromWorker) => {
      if (message.type === 'ended' || message.type === 'failed') this.#endIn(GRACE_MS);
      if (message.type === 'ended') end = message.end;
      else if (message.type === 'failed') cause ??= revived(message.error);
      else if (message.type === 'result') this.#handleResult(life.results, message.result);
      else if (message.type === 'pressure') this.#options.onPressure(message.change);
    });
    if (this.#stop !== undefined) thread.postMessage(this.#stop);
    const code = await exited;
    clearTimeout(this.#ending);
    await this.#handling;
    if (this.#resultFailure !== undefined) throw this.#resultFailure.error;
    if (end !== undefined) return end;
    return this.#deathOf(code, cause);
  }

  #start(): Life {
    const { data, module, options, plan, resultsMax } = this.#options;
    const before = this.#life?.rings;
    const cells = this.rings.map(
      () => new Float64Array(new SharedArrayBuffer(LANE_CELLS * Float64Array.BYTES_PER_ELEMENT)),
    );
    const batchMemory = new SharedArrayBuffer(sharedBatchesBytes(plan));
    const resultMemory = new SharedArrayBuffer(RESULT_BYTES);
    const workerData: WorkerTask = {
      options,
      module,
      data,
      cells,
      resume: this.rings.map((_, index) => resumePoint(before?.[index])),
      batches: { memory: batchMemory, plan },
      results: { memory: resultMemory, capacity: resultsMax },
    };
    this.#life = {
      thread: new Worker(THREAD, { workerData, name: `tickwire-consumer-${this.#options.index}` }),
      rings: this.rings.map((ring, index) => ({ ring, counters: new LaneCounters(cells[index]) })),
      batches: new SharedBatchesReader(batchMemory, plan),
      results: new ResultWindow(resultMemory, resultsMax),
      startedAtMs: performance.now(),
    };
    return this.#life;
  }

  /** One after the other; each counts as under way until it was handled. */
  #handleResult(window: ResultWindow, result: unknown): void {
    this.#handling = this.#handling.then(async () => {
      try {
        if (this.#resultFailure === undefined) await this.#options.onResult(result);
      } catch (error) {
        this.#resultFailure = { error };
        this.stop({ type: 'stop', drain: false, timeoutMs: 0 });
      } finally {
        window.take();
      }
    });
  }

  #deathOf(code: number, cause: unknown): ConsumerError {
    const why = cause instanceof Error ? cause.message : `it ended with ${code}`;
    const rings = this.rings.join(', ');
    return new ConsumerError(
      'WORKER_DIED',
      `worker ${this.#options.index} (${rings}) died: ${why}`,
      { cause, hint: 'the cause says where it was thrown' },
    );
  }
}

/** Where a life stopped; `undefined` when it never came to read. */
function resumePoint(counts: WorkerRingCounts | undefined): ResumePoint | undefined {
  if (counts === undefined) return undefined;
  const { position, ringId } = counts.counters;
  return ringId.hi === 0 && ringId.lo === 0 ? undefined : { ringId, position };
}

function revived({ code, message, name, stack }: SentError): Error {
  const error = code === undefined ? new Error(message) : new TickwireError(code, message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
