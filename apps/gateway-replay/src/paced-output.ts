import { TICK_BYTES } from '@tickwire/core';
import type { Counter } from '@tickwire/core';
import { PublishResult } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';

/**
 * Ticks into a ring that may be full: what does not fit waits here, in order, until `drain`.
 *
 *   offer ─▶ ring            while it has room
 *         └▶ waiting ─▶ drain ─▶ ring
 *
 * The bound is the producer's: it offers the ticks of one message or answer, then drains before
 * it reads the next, so at most those wait.
 */
export class PacedOutput {
  readonly #ring: RingProducer;
  readonly #published: Counter;
  readonly #waiting: Uint8Array[] = [];

  /** @param published - Counts ticks as the ring takes them. */
  constructor(ring: RingProducer, published: Counter) {
    this.#ring = ring;
    this.#published = published;
  }

  get isBlocked(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes the first `count` ticks of `bytes`, which may be used again afterwards. */
  offer(bytes: Uint8Array, count: number): void {
    let done = 0;
    while (!this.isBlocked && done < count) {
      const part = Math.min(count - done, this.#ring.batchTicksMax);
      const from = done === 0 ? bytes : bytes.subarray(done * TICK_BYTES);
      if (!this.#publish(from, part)) break;
      done += part;
    }
    if (done < count) this.#waiting.push(bytes.slice(done * TICK_BYTES, count * TICK_BYTES));
  }

  /** Publishes what waits, at the pace of the required readers. @throws the signal's reason. */
  async drain(signal: AbortSignal): Promise<void> {
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      const ticks = head.length / TICK_BYTES;
      const part = Math.min(ticks, this.#ring.batchTicksMax);
      if (!this.#publish(head, part)) {
        await this.#ring.waitForRoom(signal);
        continue;
      }
      if (part === ticks) this.#waiting.shift();
      else this.#waiting[0] = head.subarray(part * TICK_BYTES);
    }
  }

  /** Gives up what waits and returns how many ticks that were. */
  abandon(): number {
    const bytes = this.#waiting.reduce((sum, part) => sum + part.length, 0);
    this.#waiting.length = 0;
    return bytes / TICK_BYTES;
  }

  #publish(bytes: Uint8Array, count: number): boolean {
    if (this.#ring.publish(bytes, count) === PublishResult.Full) return false;
    this.#published.add(count);
    return true;
  }
}
