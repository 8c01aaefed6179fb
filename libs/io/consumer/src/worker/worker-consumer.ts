/**
 * A consumer in worker threads of its own, so that neither reading nor handlers take time of the
 * program's event loop.
 *
 *   ring ─▶ worker: queue, handlers of `module` ─▶ post(result) ─▶ onResult
 *              └── without a module: batches ─▶ shared memory ─▶ batches()
 *
 * Each worker opens and maps its rings itself. Several workers share the rings; the ticks of one
 * ring always go through one worker, in order.
 */
import { checkOptions, queueOptions } from '../consumer-options.ts';
import type { ConsumerOptions } from '../consumer-options.ts';
import { ConsumerError } from '../errors.ts';
import type { PressureChange } from '../handlers.ts';
import { ringNames } from '../open-lanes.ts';
import type { ReadingEnd } from '../reading.ts';
import type { ConsumerRunOptions, StopOptions } from '../consumer.ts';
import { assignRings } from './assign-rings.ts';
import { RingDirectories } from './ring-directories.ts';
import { mergedBatches } from './worker-batches.ts';
import type { WorkerBatch } from './worker-batches.ts';
import { statsOfWorkers } from './worker-stats.ts';
import type { WorkerConsumerStats } from './worker-stats.ts';
import type { SentOptions } from './worker-task.ts';
import { WorkerUnit } from './worker-unit.ts';
import type { WorkerDeath } from './worker-unit.ts';

export interface WorkerConsumerOptions extends Omit<
  ConsumerOptions,
  'handlers' | 'from' | 'batchTicks'
> {
  /**
   * A module whose default export makes the handlers, in the worker: `WorkerHandlers`. Without one
   * the ticks come by `batches()`.
   */
  readonly module?: URL;
  /** For the module; it is copied. */
  readonly data?: unknown;
  readonly from?: 'oldest' | 'latest';
  /** Most ticks of a batch, 1 … 65,536. Default 4,096. */
  readonly batchTicks?: number;
  /** Threads that share the rings; each has at least one ring. Default 1. */
  readonly workers?: number;
  /** Results under way to `onResult`; more are refused and counted. Default 1,024. */
  readonly resultsMax?: number;
  /** Batches under way to `batches()`, for each worker. Default 8. */
  readonly batchesMax?: number;
  /**
   * How often a worker that died is started again, where it stopped, with growing pauses; counted
   * anew when it lived for 10 s. Default 0: its death ends the consumer.
   */
  readonly restartsMax?: number;
  readonly onResult?: (result: unknown) => void | Promise<void>;
  readonly onPressure?: (change: PressureChange) => void;
  /** Told of each death, restarted or not. */
  readonly onDeath?: (death: WorkerDeath) => void;
}

const BATCH_TICKS = 4_096;
const BATCHES_MAX = 8;
const RESULTS_MAX = 1_024;
const STOP_MS = 5_000;

/** @throws ConsumerError `BAD_OPTION`, `NO_RINGS`. Rings are opened, and refused, by `run`. */
export function createWorkerConsumer(options: WorkerConsumerOptions): WorkerConsumer {
  return new WorkerConsumer(options);
}

export class WorkerConsumer {
  readonly #options: WorkerConsumerOptions;
  readonly #units: readonly WorkerUnit[];
  readonly #over = Promise.withResolvers<void>();
  #state: 'made' | 'running' | 'over' = 'made';

  constructor(options: WorkerConsumerOptions) {
    checkOptions(options);
    for (const [name, max] of COUNTS) requireCount(options, name, max);
    this.#options = options;
    const shares = assignRings(ringNames(options), options.workers ?? 1);
    this.#units = shares.map((rings, index) => this.#unit(rings, index));
  }

  /** Rings of each worker. */
  get shares(): readonly (readonly string[])[] {
    return this.#units.map((unit) => unit.rings);
  }

  /**
   * Runs the module's handlers until `stop`, the signal, or with `untilClosed` the end of all
   * rings. No worker lives any more when it settles.
   * @throws ConsumerError `WORKER_DIED`, `IN_USE`; what `onResult` threw.
   */
  async run(options: ConsumerRunOptions = {}): Promise<ReadingEnd> {
    if (this.#options.module === undefined) {
      throw new ConsumerError('BAD_OPTION', 'run: there is no module with handlers', {
        hint: 'give one, or loop over batches()',
      });
    }
    return this.#run(options);
  }

  /**
   * The ticks of all rings, worker by worker in turn. A batch is the loop's until it asks for the
   * next one; leaving the loop ends the consumer.
   * @throws as `run`.
   */
  async *batches(options: ConsumerRunOptions = {}): AsyncGenerator<WorkerBatch, void, void> {
    if (this.#options.module !== undefined) {
      throw new ConsumerError('BAD_OPTION', "batches: the module's handlers take the ticks", {
        hint: 'leave out the module, or use run()',
      });
    }
    const { dir, trustedOwners } = this.#options;
    const directories = new RingDirectories(dir, trustedOwners);
    const running = this.#run(options);
    running.catch(() => undefined); // thrown below, once the loop is left
    let isLeft = true;
    try {
      yield* mergedBatches(this.#units, directories);
      isLeft = false;
    } finally {
      if (isLeft) await this.stop({ drain: false });
      directories.close();
    }
    await running;
  }

  /** Ends the consumers in the workers; resolves when no worker lives. */
  async stop(options: StopOptions = {}): Promise<void> {
    const { drain = true, timeoutMs = STOP_MS } = options;
    if (this.#state === 'made') {
      this.#state = 'over';
      this.#over.resolve();
    }
    for (const unit of this.#units) unit.stop({ type: 'stop', drain, timeoutMs });
    await this.#over.promise;
  }

  /** Read from shared memory: it needs no answer of a worker, and tells of dead ones. */
  stats(): WorkerConsumerStats {
    return statsOfWorkers(this.#units);
  }

  async #run({ signal }: ConsumerRunOptions): Promise<ReadingEnd> {
    if (this.#state !== 'made') {
      throw new ConsumerError('IN_USE', `the consumer is ${this.#state}`, {
        hint: 'make another one: each is run once',
      });
    }
    this.#state = 'running';
    const abort = (): void => this.#stopAll();
    signal?.addEventListener('abort', abort);
    try {
      const running = this.#units.map((unit) => unit.run());
      if (signal?.aborted === true) abort();
      for (const run of running) run.catch(abort);
      const ends = await Promise.allSettled(running);
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      if (signal?.aborted === true) return 'aborted';
      return ends.every((end) => end.status === 'fulfilled' && end.value === 'closed')
        ? 'closed'
        : 'stopped';
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#state = 'over';
      this.#over.resolve();
    }
  }

  #stopAll(): void {
    for (const unit of this.#units) unit.stop({ type: 'stop', drain: false, timeoutMs: 0 });
  }

  #unit(rings: readonly string[], index: number): WorkerUnit {
    const { module, data, onDeath, onPressure, onResult, restartsMax = 0 } = this.#options;
    const batchTicks = this.#options.batchTicks ?? BATCH_TICKS;
    return new WorkerUnit({
      index,
      options: sentOptions(this.#options, { rings, batchTicks }),
      module: module?.href,
      data,
      plan: { places: this.#options.batchesMax ?? BATCHES_MAX, batchTicks },
      resultsMax: this.#options.resultsMax ?? RESULTS_MAX,
      restartsMax,
      onResult: onResult ?? (() => undefined),
      onPressure: onPressure ?? (() => undefined),
      onDeath: onDeath ?? (() => undefined),
    });
  }
}

const COUNTS = [
  ['workers', 64],
  ['resultsMax', 1_000_000],
  ['batchesMax', 1_024],
] as const;

function requireCount(
  options: WorkerConsumerOptions,
  name: (typeof COUNTS)[number][0],
  max: number,
): void {
  const value = options[name];
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= max)) return;
  throw new ConsumerError('BAD_OPTION', `${name}: ${value} is not a whole number`, {
    hint: `use one from 1 to ${max}`,
  });
}

/** What a thread can be told: no functions, and no key that was not given. */
function sentOptions(
  options: WorkerConsumerOptions,
  own: { readonly rings: readonly string[]; readonly batchTicks: number },
): SentOptions {
  const { dir, errors, from, kinds, label, symbols, trustedOwners, untilClosed } = options;
  const { waiting = 'park' } = options;
  return {
    dir,
    ...own,
    ...queueOptions(options),
    ...(errors === undefined ? {} : { errors }),
    ...(from === undefined ? {} : { from }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(label === undefined ? {} : { label }),
    ...(symbols === undefined ? {} : { symbols }),
    ...(trustedOwners === undefined ? {} : { trustedOwners }),
    ...(untilClosed === undefined ? {} : { untilClosed }),
    waiting,
  };
}
