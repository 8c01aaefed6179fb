/**
 * Connection tokens, as the venue's `bullet-public` hands them out: opaque, valid for 24 hours.
 * The last `tokensMax` are remembered; an older one is refused as invalid.
 */
import type { Random } from '@tickwire/sim-kit';

export type TokenState = 'valid' | 'expired' | 'invalid';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BODY_CHARACTERS = 172;
const TAIL_CHARACTERS = 22;

export class Tokens {
  readonly #random: Random;
  readonly #validMs: number;
  readonly #tokensMax: number;
  readonly #issuedAtMs = new Map<string, number>();

  constructor(options: { random: Random; validMs: number; tokensMax: number }) {
    this.#random = options.random;
    this.#validMs = options.validMs;
    this.#tokensMax = options.tokensMax;
  }

  issue(nowMs: number): string {
    const token = `${this.#characters(BODY_CHARACTERS)}=.${this.#characters(TAIL_CHARACTERS)}==`;
    this.#issuedAtMs.set(token, nowMs);
    if (this.#issuedAtMs.size > this.#tokensMax) {
      const [oldest] = this.#issuedAtMs.keys();
      if (oldest !== undefined) this.#issuedAtMs.delete(oldest);
    }
    return token;
  }

  check(token: string, nowMs: number): TokenState {
    const issuedAtMs = this.#issuedAtMs.get(token);
    if (issuedAtMs === undefined) return 'invalid';
    return nowMs - issuedAtMs < this.#validMs ? 'valid' : 'expired';
  }

  #characters(count: number): string {
    let text = '';
    for (let i = 0; i < count; i += 1) text += ALPHABET[this.#random.below(ALPHABET.length)] ?? '';
    return text;
  }
}
