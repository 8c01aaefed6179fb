/** What a queue must do, said as simply as possible: a list, searched anew for every tick. */
import { TickKind } from '@tickwire/wire-tick';
import type { DropPolicy, DropReason } from '../src/index.ts';

export interface ModelTick {
  readonly position: number;
  readonly kind: number;
  readonly instrument: number;
}

const LAST_VALUE_KINDS: readonly number[] = [TickKind.Quote, TickKind.QuoteExt, TickKind.Mark];
const isPlain = (tick: ModelTick): boolean => !LAST_VALUE_KINDS.includes(tick.kind);

/** Whether `newer`, which came later, makes `older` worthless. */
function replaces(newer: ModelTick, older: ModelTick): boolean {
  if (isPlain(newer) || newer.instrument !== older.instrument) return false;
  const isItsExtension = newer.kind === TickKind.Quote && older.kind === TickKind.QuoteExt;
  return newer.kind === older.kind || isItsExtension;
}

export class ModelQueue {
  waiting: ModelTick[] = [];
  readonly dropped: { tick: ModelTick; reason: DropReason }[] = [];
  readonly #capacity: number;
  readonly #policy: DropPolicy;
  #isConflating = false;

  constructor(capacity: number, policy: DropPolicy) {
    this.#capacity = capacity;
    this.#policy = policy;
  }

  /** How many it took charge of. */
  push(ticks: readonly ModelTick[]): number {
    for (const [index, tick] of ticks.entries()) {
      if (this.#policy === 'block' && this.#isFull) return index;
      this.#pushOne(tick);
    }
    return ticks.length;
  }

  take(count: number): ModelTick[] {
    const taken = this.waiting.splice(0, count);
    if (this.waiting.length <= this.#capacity / 2) this.#isConflating = false;
    return taken;
  }

  get #isFull(): boolean {
    return this.waiting.length === this.#capacity;
  }

  #pushOne(tick: ModelTick): void {
    if (this.#policy === 'conflate') this.#conflateFor(tick);
    else if (this.#isFull && this.#policy === 'drop-oldest') this.#drop(this.waiting[0], 'oldest');
    if (this.#isFull) this.dropped.push({ tick, reason: 'newest' });
    else this.waiting.push(tick);
  }

  #conflateFor(tick: ModelTick): void {
    if (this.#isFull && !this.#isConflating) {
      this.#isConflating = true;
      this.#dropReplaced(this.waiting);
    }
    if (this.#isConflating) this.#dropReplaced([...this.waiting, tick]);
    if (!this.#isFull) return;
    const plain = this.waiting.find(isPlain);
    if (plain !== undefined) this.#drop(plain, 'oldest');
    else if (!isPlain(tick)) this.#drop(this.waiting[0], 'last-value');
  }

  #dropReplaced(ticks: readonly ModelTick[]): void {
    const replaced = ticks.filter((older, index) =>
      ticks.some((newer, later) => later > index && replaces(newer, older)),
    );
    for (const tick of replaced) this.#drop(tick, 'conflated');
  }

  #drop(tick: ModelTick | undefined, reason: DropReason): void {
    if (tick === undefined) throw new Error('nothing to drop');
    this.waiting = this.waiting.filter((other) => other !== tick);
    this.dropped.push({ tick, reason });
  }
}
