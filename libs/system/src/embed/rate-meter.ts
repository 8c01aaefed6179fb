/** Ticks a second, measured once a second: the last one and the largest. */
const EVERY_MS = 1_000;

export class RateMeter {
  readonly #count: () => number;
  readonly #timer: NodeJS.Timeout;
  #before = 0;
  #beforeMs = performance.now();
  #current = 0;
  #peak = 0;

  /** @param count - A count that only grows. */
  constructor(count: () => number) {
    this.#count = count;
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    this.#timer.unref();
  }

  rate(): { current: number; peak: number } {
    return { current: this.#current, peak: this.#peak };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const nowMs = performance.now();
    const count = this.#count();
    this.#current = ((count - this.#before) * 1_000) / (nowMs - this.#beforeMs);
    this.#peak = Math.max(this.#peak, this.#current);
    this.#before = count;
    this.#beforeMs = nowMs;
  }
}
