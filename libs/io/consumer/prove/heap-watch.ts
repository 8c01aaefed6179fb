/** Watches the heap from inside handlers. Its own memory is a typed array: it allocates nothing. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const SAMPLE_TICKS = 1 << 19;
const Cell = { seen: 0, nextSample: 1, baseBytes: 2, usedBytes: 3, garbageBytes: 4 } as const;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapUsed = (): number => process.memoryUsage().heapUsed;

export class HeapWatch {
  /** For what handlers read, so that nothing is left out as unused. */
  readonly sums = new Float64Array(2);
  readonly #cells = new Float64Array(5);
  readonly #warmTicks: number;

  /** @param warmTicks - Before these, code is compiled and memory finds its size. */
  constructor(warmTicks: number) {
    this.#warmTicks = warmTicks;
  }

  get seen(): number {
    return this.#cells[Cell.seen]!;
  }

  count(ticks: number): void {
    const cells = this.#cells;
    cells[Cell.seen]! += ticks;
    if (cells[Cell.seen]! >= cells[Cell.nextSample]!) this.#sample();
  }

  /** Growth of the heap since the warm-up, after a collection. */
  growthBytes(): number {
    collect();
    return heapUsed() - this.#cells[Cell.baseBytes]!;
  }

  /** What was allocated since the warm-up and is collected by now, for each tick. */
  garbageBytesPerTick(): number {
    return this.#cells[Cell.garbageBytes]! / (this.seen - this.#warmTicks);
  }

  #sample(): void {
    const cells = this.#cells;
    cells[Cell.nextSample] = this.seen + SAMPLE_TICKS;
    const used = heapUsed();
    if (cells[Cell.baseBytes]! > 0) {
      cells[Cell.garbageBytes]! += Math.max(0, used - cells[Cell.usedBytes]!);
      cells[Cell.usedBytes] = used;
    } else if (this.seen >= this.#warmTicks) {
      collect();
      cells[Cell.baseBytes] = heapUsed();
      cells[Cell.usedBytes] = cells[Cell.baseBytes]!;
    }
  }
}
