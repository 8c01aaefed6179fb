// The packet thread, as the main thread sees it.
import { Worker } from 'node:worker_threads';
import { TickwireError } from '@tickwire/core';
import type { CmeChannelStatus } from '@tickwire/venue-cme';
import type {
  ControlReply,
  FromWorker,
  SentError,
  ToWorker,
  WorkerTask,
} from './worker-messages.ts';

/** What the thread allocates is short-lived: more room for it only means more memory. */
const YOUNG_GENERATION_MB = 48;
const SCRIPT = new URL('./channel-worker.ts', import.meta.url);
/** A question is given up then; requests for books are answered after a second at the latest. */
const ANSWER_MS = 2_000;
/** Questions that may wait for an answer at once. */
const ASKED_MAX = 256;

type Answer = Extract<FromWorker, { type: 'status' | 'snapshot' }>;

export interface ChannelThreadHandlers {
  health(state: { ok: boolean; reason: string }): void;
  feed(message: Extract<FromWorker, { type: 'feed' }>): void;
  replay(message: Extract<FromWorker, { type: 'replay' }>): void;
  gap(record: object): void;
  spans(message: Extract<FromWorker, { type: 'spans' }>): void;
  /** It cannot go on: told once, after `start` has resolved. */
  fail(error: unknown): void;
}

export class ChannelThread {
  readonly #worker: Worker;
  readonly #handlers: ChannelThreadHandlers;
  readonly #ready = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  readonly #stopped = Promise.withResolvers<void>();
  readonly #asked = new Map<number, (answer: Answer) => void>();
  #askedLast = 0;
  #isReady = false;
  #isOver = false;

  constructor(task: WorkerTask, handlers: ChannelThreadHandlers) {
    this.#handlers = handlers;
    this.#worker = new Worker(SCRIPT, {
      ...{ workerData: task, name: `${task.service}-packets` },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#worker.on('message', (message: FromWorker) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => {
      if (!this.#isOver) {
        this.#fail(new TickwireError('THREAD_ENDED', `the packet thread ended with ${code}`));
      }
      this.#stopped.resolve();
    });
  }

  /** Resolves when packets are taken: names of the rings, and what the sockets have. */
  ready(): Promise<Readonly<Record<string, unknown>>> {
    return this.#ready.promise;
  }

  /** What is visible of each channel; `undefined` when it does not answer, or is asked too much. */
  async status(): Promise<readonly CmeChannelStatus[] | undefined> {
    const answer = await this.#ask((id) => ({ type: 'status', id }));
    return answer?.type === 'status' ? answer.channels : undefined;
  }

  /** Books into the rings; `undefined` as of `status`. @param body - Of the request, unchecked. */
  async snapshot(body: unknown): Promise<ControlReply | undefined> {
    const answer = await this.#ask((id) => ({ type: 'snapshot', id, body }));
    return answer?.type === 'snapshot' ? answer.reply : undefined;
  }

  /** Closes the sockets, publishes what is in its hands, closes the rings. */
  async stop(): Promise<void> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#tell({ type: 'stop' });
    }
    await this.#stopped.promise;
    await this.#worker.terminate();
  }

  async #ask(question: (id: number) => ToWorker): Promise<Answer | undefined> {
    if (this.#isOver || this.#asked.size >= ASKED_MAX) return undefined;
    const id = ++this.#askedLast;
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    this.#asked.set(id, resolve);
    const timer = setTimeout(resolve, ANSWER_MS, undefined);
    this.#tell(question(id));
    const answer = await promise;
    clearTimeout(timer);
    this.#asked.delete(id);
    return answer;
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromWorker): void {
    const handlers = this.#handlers;
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        this.#ready.resolve(message.info);
        break;
      case 'failed':
        this.#fail(errorOf(message.error));
        break;
      case 'health':
        handlers.health(message);
        break;
      case 'feed':
        handlers.feed(message);
        break;
      case 'replay':
        handlers.replay(message);
        break;
      case 'gap':
        handlers.gap(message.record);
        this.#tell({ type: 'taken', of: 'gap' });
        break;
      case 'spans':
        handlers.spans(message);
        this.#tell({ type: 'taken', of: 'spans' });
        break;
      case 'status':
      case 'snapshot':
        this.#asked.get(message.id)?.(message);
        break;
      case 'stopped':
        this.#stopped.resolve();
        break;
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = this.#isReady ? this.#isOver : true;
    if (this.#isReady) this.#handlers.fail(error);
    else this.#ready.reject(error);
  }
}

function errorOf({ code, message, hint }: SentError): TickwireError {
  return new TickwireError(code, message, hint === undefined ? {} : { hint });
}
