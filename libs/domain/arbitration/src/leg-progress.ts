import { LEGS } from './leg-packet.ts';
import type { Leg } from './leg-packet.ts';

/** The highest position that each leg is known to have passed. */
export class LegProgress {
  readonly #passed = new Float64Array(LEGS).fill(-1);

  note(leg: Leg, position: number): void {
    if (position > this.#passed[leg]!) this.#passed[leg] = position;
  }

  /** The position that both have passed, −1 when one has none. */
  get ofBoth(): number {
    return Math.min(this.#passed[0]!, this.#passed[1]!);
  }
}
