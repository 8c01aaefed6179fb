import type { BarEvent } from './embed-events.ts';

/** Bars that wait for a loop which is slow: hours of a hundred symbols at one minute. */
const BARS_MAX = 10_000;

/** Bars for a `for await` loop; when it is too slow the oldest go, counted. */
export class BarStream {
  readonly #bars: BarEvent[] = [];
  #dropped = 0;
  #wake: (() => void) | undefined;
  #isOver = false;

  get dropped(): number {
    return this.#dropped;
  }

  push(bar: BarEvent): void {
    if (this.#bars.length === BARS_MAX) {
      this.#bars.shift();
      this.#dropped += 1;
    }
    this.#bars.push(bar);
    this.#wake?.();
  }

  /** The loop ends after what waits. */
  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async *bars(): AsyncGenerator<BarEvent, void, void> {
    for (;;) {
      const bar = this.#bars.shift();
      if (bar !== undefined) yield bar;
      else if (this.#isOver) return;
      else {
        const woken = Promise.withResolvers<void>();
        this.#wake = () => woken.resolve();
        await woken.promise;
        this.#wake = undefined;
      }
    }
  }
}
