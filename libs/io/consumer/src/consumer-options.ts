import { BackpressureError, DROP_POLICIES, QUEUE_TICKS_MAX } from '@tickwire/domain-backpressure';
import type { DropPolicy, WaterMarkOptions } from '@tickwire/domain-backpressure';
import type { StartChoice, WaitingStrategy } from '@tickwire/io-rings';
import type { TickKind } from '@tickwire/wire-tick';
import { ConsumerError } from './errors.ts';
import type { ConsumerHandlers } from './handlers.ts';

/** Ticks of the next batch, given how many wait. Asked before each batch. */
export type BatchRule = (waitingTicks: number) => number;

export interface ConsumerOptions {
  readonly dir: string;
  /** Names of rings; or all rings that the vendor has now. One of the two. */
  readonly rings?: readonly string[];
  readonly vendor?: string;
  /** Not with `batches()`, but for `gap` and `pressure`. */
  readonly handlers?: ConsumerHandlers;
  /** Only these kinds. By default those that have a handler, or all with batches. */
  readonly kinds?: readonly TickKind[];
  /** Only these instruments, by the vendor's symbol or the canonical one. */
  readonly symbols?: readonly string[];
  /** What goes when the queue is full. Default `drop-oldest`. */
  readonly policy?: DropPolicy;
  /** Ticks that may wait, for each ring. Default 65,536. */
  readonly queueTicks?: number;
  readonly waterMarks?: WaterMarkOptions;
  /** Most ticks of a batch, 1 … 65,536. Default 4,096: all that waits up to there. Or a rule. */
  readonly batchTicks?: number | BatchRule;
  /** `throw` (default): the first error of a handler ends the consumer. `count`: it goes on. */
  readonly errors?: 'throw' | 'count';
  /** Where each ring is begun, see `openRing`. Default `latest`. */
  readonly from?: StartChoice;
  readonly waiting?: WaitingStrategy;
  /** Makes this consumer visible to others; `block` registers in any case. */
  readonly label?: string;
  readonly trustedOwners?: readonly number[];
  /** Ends when the writers of all rings closed them; else successors are waited for. */
  readonly untilClosed?: boolean;
}

export interface QueueOptions {
  readonly queueTicks: number;
  readonly policy: DropPolicy;
  readonly waterMarks: WaterMarkOptions;
}

export const BATCH_TICKS_MAX = 65_536;
const BATCH_TICKS = 4_096;
const QUEUE_TICKS = 65_536;

export function queueOptions(options: ConsumerOptions): QueueOptions {
  return {
    queueTicks: options.queueTicks ?? QUEUE_TICKS,
    policy: options.policy ?? 'drop-oldest',
    waterMarks: options.waterMarks ?? {},
  };
}

/** The rule, and how many ticks it can ask for at most. */
export function batchRule(options: ConsumerOptions): { ticksMax: number; rule: BatchRule } {
  const { batchTicks = BATCH_TICKS } = options;
  if (typeof batchTicks === 'function') return { ticksMax: BATCH_TICKS_MAX, rule: batchTicks };
  return { ticksMax: batchTicks, rule: () => batchTicks };
}

/** @throws ConsumerError `BAD_OPTION` naming the option. */
export function checkOptions(options: ConsumerOptions): void {
  const { rings, vendor, policy, batchTicks, queueTicks } = options;
  if ((rings === undefined) === (vendor === undefined)) {
    throw bad('rings, vendor: give one of the two', "rings: ['kucoin.0'], or vendor: 'kucoin'");
  }
  if (rings?.length === 0) throw bad('rings: the list is empty', 'name at least one');
  if (rings !== undefined && new Set(rings).size < rings.length) {
    throw bad('rings: a name is there twice', 'name each once');
  }
  if (policy !== undefined && !DROP_POLICIES.includes(policy)) {
    throw bad(`policy: ${policy} is none`, `use ${DROP_POLICIES.join(', ')}`);
  }
  if (typeof batchTicks === 'number') {
    requireRange('batchTicks', batchTicks, BATCH_TICKS_MAX);
  }
  if (queueTicks !== undefined) requireRange('queueTicks', queueTicks, QUEUE_TICKS_MAX);
}

/** Names the option of this library for one that the queue refused. */
export function asConsumerError(error: unknown): unknown {
  if (!(error instanceof BackpressureError)) return error;
  return new ConsumerError('BAD_OPTION', error.message, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

function requireRange(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw bad(`${name}: ${value} is not a whole number`, `use one from 1 to ${max}`);
}

function bad(message: string, hint: string): ConsumerError {
  return new ConsumerError('BAD_OPTION', message, { hint });
}
