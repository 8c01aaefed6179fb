// Goal: each policy drops exactly what it says, in order, and tells what is missing in time.
// Method: random pushes, source gaps and takes against a model that is a plain list.
import { describe, expect, test } from 'vitest';
import { seededRandom, testSeed } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { ModelQueue } from '../test/model-queue.ts';
import type { ModelTick } from '../test/model-queue.ts';
import { runOf } from '../test/run-of.ts';
import { DROP_POLICIES, DROP_REASONS, TickBuffer, createTickQueue } from './index.ts';
import type { DropPolicy, TickQueue } from './index.ts';

const KINDS = [
  TickKind.Quote,
  TickKind.Quote,
  TickKind.Quote,
  TickKind.QuoteExt,
  TickKind.Mark,
  TickKind.Trade,
  TickKind.Level,
];

class Comparison {
  readonly queue: TickQueue;
  readonly model: ModelQueue;
  readonly #random: () => number;
  readonly #instruments: number;
  readonly #into: TickBuffer;
  readonly #tick = new TickView();
  #position = 0;
  #sourceMissing: { position: number; count: number }[] = [];
  #toldBySource = 0;
  #toldDropped = 0;

  constructor(policy: DropPolicy, random: () => number) {
    this.#random = random;
    const capacity = this.#pick(1, 40);
    this.queue = createTickQueue({ capacity, policy });
    this.model = new ModelQueue(capacity, policy);
    this.#instruments = this.#pick(1, 12);
    this.#into = new TickBuffer(this.#pick(1, 64));
  }

  step(): void {
    const choice = this.#random();
    if (choice < 0.1) this.#noteGap();
    else if (choice < 0.6) this.#push();
    else this.take(this.#pick(1, 30));
    this.#compareCounts();
  }

  #pick(min: number, max: number): number {
    return min + Math.floor(this.#random() * (max - min + 1));
  }

  #noteGap(): void {
    const count = this.#pick(1, 9);
    const first = this.#position;
    this.queue.noteGap({ first, last: first + count - 1, count });
    this.#sourceMissing.push({ position: first, count });
    this.#position += count;
  }

  #push(): void {
    const ticks: ModelTick[] = Array.from({ length: this.#pick(1, 60) }, (_, index) => ({
      position: this.#position + index,
      kind: KINDS[this.#pick(0, KINDS.length - 1)] ?? TickKind.Trade,
      instrument: this.#pick(0, this.#instruments - 1),
    }));
    const from = this.#pick(0, ticks.length - 1);
    const accepted = this.queue.push(runOf(ticks), from, ticks.length - from);
    expect(accepted).toBe(this.model.push(ticks.slice(from)));
    // Ticks before `from` are another's: for this queue they never were.
    this.#position += from + accepted;
  }

  take(countMax: number): void {
    if (this.queue.isGapDue) expect(this.queue.take(this.#into, countMax)).toBe(0);
    const gap = this.queue.takeGap();
    this.#toldBySource += gap?.source?.count ?? 0;
    this.#toldDropped += gap?.dropped?.count ?? 0;
    const count = this.queue.take(this.#into, countMax);
    const expected = this.model.take(count);
    const taken = expected.map((wanted, index) => {
      const { kind, instrument, sequence } = this.#tick.wrap(this.#into.view, index * 64);
      if (sequence !== wanted.position) throw new Error(`other bytes at ${wanted.position}`);
      return { position: this.#into.positions[index], kind, instrument };
    });
    expect(taken).toEqual(expected);
    const last = expected.at(-1);
    if (last !== undefined) this.#expectToldBefore(last.position);
  }

  #expectToldBefore(position: number): void {
    const before = this.#sourceMissing.filter((gap) => gap.position < position);
    expect(this.#toldBySource).toBe(before.reduce((sum, gap) => sum + gap.count, 0));
    const lost = this.#lost().filter((drop) => drop.tick.position < position);
    expect(this.#toldDropped).toBeGreaterThanOrEqual(lost.length);
  }

  #lost() {
    return this.model.dropped.filter((drop) => drop.reason !== 'conflated');
  }

  #compareCounts(): void {
    const { queue, model } = this;
    expect(queue.waiting).toBe(model.waiting.length);
    expect(queue.pushed).toBe(queue.taken + queue.drops.total + queue.waiting);
    expect(queue.drops.total).toBe(model.dropped.length);
  }

  finish(): void {
    while (this.queue.hasMore) this.take(7);
    expect(this.#toldDropped).toBe(this.#lost().length);
    expect(this.#toldBySource).toBe(this.#sourceMissing.reduce((sum, gap) => sum + gap.count, 0));
    expect(this.model.waiting).toEqual([]);
    for (const reason of DROP_REASONS) {
      const count = this.model.dropped.filter((drop) => drop.reason === reason).length;
      expect(this.queue.drops.of(reason), reason).toBe(count);
    }
    const worst = this.queue.drops.worst(100);
    const total = worst.reduce((sum, { total: count }) => sum + count, 0);
    expect(total).toBe(this.model.dropped.length);
    for (const { instrument, total: count } of worst) {
      const same = this.model.dropped.filter(({ tick }) => tick.instrument === instrument);
      expect(count).toBe(same.length);
    }
  }
}

describe.each(DROP_POLICIES)('%s', (policy) => {
  test('does what the model does', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 60; round++) {
      const comparison = new Comparison(policy, random);
      for (let step = 0; step < 80; step++) comparison.step();
      comparison.finish();
    }
  });
});
