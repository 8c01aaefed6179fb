/** Lets one loop rest while there is nothing to do. */
export class WorkLatch {
  #isDue = false;
  #wake: (() => void) | undefined;

  /** There is work: the loop goes on, now or when it asks next. */
  due(): void {
    this.#isDue = true;
    this.#wake?.();
  }

  /** Resolves when work was due since the last time this resolved. */
  async wait(): Promise<void> {
    if (!this.#isDue) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    this.#isDue = false;
  }
}
