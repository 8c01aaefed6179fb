/** Events by time: a binary heap of times and numbers that say what happens. */
export class EventHeap {
  #times = new Float64Array(1_024);
  #values = new Float64Array(1_024);
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get firstNs(): number {
    return this.#count === 0 ? Infinity : this.#times[0]!;
  }

  push(timeNs: number, value: number): void {
    if (this.#count === this.#times.length) this.#grow();
    let at = this.#count;
    this.#count += 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#isBefore(timeNs, value, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#times[at] = timeNs;
    this.#values[at] = value;
  }

  /** Takes out the first event and gives its value. */
  pop(): number {
    const first = this.#values[0]!;
    this.#count -= 1;
    const timeNs = this.#times[this.#count]!;
    const value = this.#values[this.#count]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#count) break;
      const right = child + 1;
      if (right < this.#count && this.#isBefore(this.#times[right]!, this.#values[right]!, child)) {
        child = right;
      }
      if (this.#isBefore(timeNs, value, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#times[at] = timeNs;
    this.#values[at] = value;
    return first;
  }

  #isBefore(timeNs: number, value: number, other: number): boolean {
    const otherNs = this.#times[other]!;
    return timeNs < otherNs || (timeNs === otherNs && value < this.#values[other]!);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#values[to] = this.#values[from]!;
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#count);
    const values = new Float64Array(2 * this.#count);
    times.set(this.#times);
    values.set(this.#values);
    this.#times = times;
    this.#values = values;
  }
}
