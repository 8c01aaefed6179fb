/** What a session is told beside records of the market, in order, until its socket takes it. */
const COMPACT_FROM = 1_024;

export class NoticeQueue {
  #notices: Uint8Array[] = [];
  /** Those before it are taken. */
  #head = 0;

  get length(): number {
    return this.#notices.length - this.#head;
  }

  push(notice: Uint8Array): void {
    this.#notices.push(notice);
  }

  shift(): Uint8Array | undefined {
    if (this.length === 0) return undefined;
    const notice = this.#notices[this.#head];
    this.#head += 1;
    // An array that gives its first one up moves all others: done for many at once.
    if (this.#head >= COMPACT_FROM && 2 * this.#head >= this.#notices.length) {
      this.#notices = this.#notices.slice(this.#head);
      this.#head = 0;
    }
    return notice;
  }
}
