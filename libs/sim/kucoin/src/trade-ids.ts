/**
 * Trade ids as the venue writes them now: 17 decimal digits, beyond 2^53, so that a client which
 * reads them as floating-point numbers is found out. They rise; they are not contiguous, because
 * the venue does not promise that.
 */
import type { Random } from '@tickwire/sim-kit';

const LOW_DIGITS = 9;
const LOW_RANGE = 10 ** LOW_DIGITS;
/** `11067996` followed by nine digits is the shape of the official example. */
const FIRST_HIGH = 11_067_996;

export class TradeIds {
  readonly #random: Random;
  #high = FIRST_HIGH;
  #low: number;

  constructor(random: Random) {
    this.#random = random;
    this.#low = random.below(LOW_RANGE);
  }

  next(): string {
    this.#low += 1 + this.#random.below(4_096);
    if (this.#low >= LOW_RANGE) {
      this.#low -= LOW_RANGE;
      this.#high += 1;
    }
    return `${this.#high}${String(this.#low).padStart(LOW_DIGITS, '0')}`;
  }
}
