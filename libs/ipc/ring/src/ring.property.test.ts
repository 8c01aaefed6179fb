// Goal: whatever the order of steps, no torn tick and an exact account. Method: seeded walks over
// one memory in which writers publish, die and are replaced, readers come and lag, and either side
// interrupts the other in the middle of a copy.
import { describe, expect, test } from 'vitest';
import { seededRandom, testSeed } from '@tickwire/testing';
import { CursorCell, PAGE_BYTES } from './layout.ts';
import { countBrokenTicks } from './proof-ticks.ts';
import type { RingReader } from './reader.ts';
import { viewBlockCopy } from './slot-copy.ts';
import type { BlockCopyFactory } from './slot-copy.ts';
import { ProofWriter, attachReader, attachWriter, makeRing } from '../test/ring-in-memory.ts';

const STEPS = 4_000;

/** A walk over one ring; every reader keeps its own expectation of what comes next. */
class Walk {
  readonly #random: () => number;
  readonly #buffer: ArrayBuffer;
  readonly #readers: { reader: RingReader; next: number }[] = [];
  readonly #arch: string;
  #writer: ProofWriter;
  #depth = 0;
  gaps = 0;
  pads = 0;
  delivered = 0;

  constructor(random: () => number, arch: string) {
    this.#random = random;
    this.#arch = arch;
    const slotCount = 2 ** (3 + Math.floor(random() * 5));
    const firstPosition = [0, 2 ** 31 - 100, 2 ** 32 - 100, 2 ** 53 - 1e6][
      Math.floor(random() * 4)
    ];
    this.#buffer = makeRing({ slotCount, firstPosition });
    this.#writer = this.#attachWriter();
  }

  run(): void {
    for (let step = 0; step < STEPS; step++) this.#step();
    for (const entry of this.#readers) {
      let polls = 0;
      while (entry.reader.account().inFlight > 0 && polls++ < 1_000) this.#poll(entry);
      const { published, start, delivered, padded, lost, inFlight } = entry.reader.account();
      expect(inFlight).toBe(0);
      expect(published - start).toBe(delivered + padded + lost);
      this.pads += padded;
      this.delivered += delivered;
    }
  }

  #step(): void {
    const pick = this.#random();
    const reader = this.#readers[Math.floor(this.#random() * this.#readers.length)];
    if (pick < 0.45) this.#publish(3 * this.#slots());
    else if (pick < 0.97 && reader !== undefined) this.#poll(reader);
    else if (pick < 0.985) this.#replaceWriter();
    else if (this.#readers.length < 4) this.#attach();
  }

  #publish(limit: number): void {
    const most = Math.min(limit, this.#writer.writer.header.plan.slotCount * 4);
    this.#writer.publish(Math.floor(this.#random() * most));
  }

  #slots(): number {
    return this.#random() < 0.9 ? 4 : this.#writer.writer.header.plan.slotCount;
  }

  #poll(entry: { reader: RingReader; next: number }): void {
    const { reader } = entry;
    const before = reader.padded;
    const count = reader.poll(1 + Math.floor(this.#random() * 300));
    if (reader.gapCount > 0) {
      this.gaps++;
      expect(reader.gapLast - reader.gapFirst + 1).toBe(reader.gapCount);
    }
    if (count === 0) return;
    const skipped = reader.padded - before + reader.gapCount;
    expect(reader.firstPosition).toBeGreaterThanOrEqual(entry.next);
    expect(reader.firstPosition - entry.next).toBeGreaterThanOrEqual(skipped);
    const words = new Int32Array(reader.bytes.buffer);
    expect(countBrokenTicks(words, reader.firstPosition, count)).toBe(0);
    entry.next = reader.firstPosition + count;
  }

  #attach(): void {
    const from = this.#random() < 0.5 ? 'oldest' : 'latest';
    const blockCopy = this.#interrupted(() => this.#publish(40));
    const reader = attachReader(this.#buffer, { from, blockCopy, arch: this.#arch });
    this.#readers.push({ reader, next: reader.start });
  }

  #attachWriter(): ProofWriter {
    const blockCopy = this.#interrupted(() => {
      const entry = this.#readers[Math.floor(this.#random() * this.#readers.length)];
      if (entry !== undefined) this.#poll(entry);
    });
    return new ProofWriter(attachWriter(this.#buffer, { blockCopy, arch: this.#arch }));
  }

  /** The writer dies somewhere between claiming and publishing, then another comes. */
  #replaceWriter(): void {
    const { header, position } = this.#writer.writer;
    const cells = new Float64Array(this.#buffer, PAGE_BYTES, PAGE_BYTES / 8);
    const claimed = Math.floor(this.#random() * (header.plan.slotCount / 4 + 1));
    cells[CursorCell.claimed] = position + claimed;
    this.#writer = this.#attachWriter();
  }

  /** Lets the other side run in the middle of a block copy; not within such an interruption. */
  #interrupted(meanwhile: () => void): BlockCopyFactory {
    return (source, target) => {
      const copy = viewBlockCopy(source, target);
      return (sourceAt, targetAt, byteCount) => {
        const cut = Math.floor((this.#random() * byteCount) / 4) * 4;
        copy(sourceAt, targetAt, cut);
        if (this.#depth === 0 && this.#random() < 0.5) {
          this.#depth++;
          meanwhile();
          this.#depth--;
        }
        copy(sourceAt + cut, targetAt + cut, byteCount - cut);
      };
    };
  }
}

describe.each(['x64', 'arm64'])('ring under random interleavings (%s)', (arch) => {
  test('no tick is torn and every account is exact', () => {
    const random = seededRandom(testSeed());
    let gaps = 0;
    let pads = 0;
    let delivered = 0;
    for (let walk = 0; walk < 30; walk++) {
      const walked = new Walk(random, arch);
      walked.run();
      gaps += walked.gaps;
      pads += walked.pads;
      delivered += walked.delivered;
    }
    // The walks must have been through what they are about.
    expect(gaps).toBeGreaterThan(500);
    expect(pads).toBeGreaterThan(50);
    expect(delivered).toBeGreaterThan(50_000);
  });
});
