import { DAMAGE_FROM, DEPTH_CODES, depthCodeName } from './depth-code.ts';
import type { DepthCode } from './depth-code.ts';

/** How often each code but `Applied` was the result: of a channel, or of what shares it. */
export class DepthCounts {
  readonly #byCode = new Float64Array(DEPTH_CODES);

  add(code: DepthCode): void {
    this.#byCode[code]! += 1;
  }

  of(code: DepthCode): number {
    return this.#byCode[code]!;
  }

  /** Updates that were not applied because they contradict their book or themselves. */
  get damaged(): number {
    let sum = 0;
    for (let code = DAMAGE_FROM; code < DEPTH_CODES; code++) sum += this.#byCode[code]!;
    return sum;
  }

  /** By name, those that occurred. For reports. */
  toJson(): Record<string, number> {
    const counted: Record<string, number> = {};
    this.#byCode.forEach((count, code) => {
      if (count > 0) counted[depthCodeName(code)] = count;
    });
    return counted;
  }
}
