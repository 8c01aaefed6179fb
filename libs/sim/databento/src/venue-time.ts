/** A time of the market in the two words that DBN has for it, without bigint. */

const TWO_32 = 2 ** 32;
const NS_PER_MS = 1_000_000n;

export class VenueTime {
  readonly #baseHi: number;
  readonly #baseLo: number;
  readonly baseNs: bigint;
  hi = 0;
  lo = 0;

  /** @param opensAtMs - ms since the Unix epoch: what times of the market count from. */
  constructor(opensAtMs: number) {
    this.baseNs = BigInt(opensAtMs) * NS_PER_MS;
    this.#baseHi = Number(this.baseNs >> 32n);
    this.#baseLo = Number(this.baseNs & 0xffff_ffffn);
  }

  /** Moves it to `ns` after the opening, or before it where negative; |ns| < 2^53. */
  set(ns: number): this {
    const low = ((ns % TWO_32) + TWO_32) % TWO_32;
    const lo = this.#baseLo + low;
    this.lo = lo % TWO_32;
    this.hi = this.#baseHi + (ns - low) / TWO_32 + (lo >= TWO_32 ? 1 : 0);
    return this;
  }
}
