/**
 * What bars depend on besides the ring's positions, one JSON line each: closings by this process's
 * own clock, ticks it lost, and restarts that could not re-read their open bars from the start.
 * With these lines a rebuild from stored ticks gives the same bars.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Decision {
  readonly ring: string;
  readonly ringId: string;
  /** The next position: the decision comes right before its tick. */
  readonly position: number;
  readonly kind: 'closed-by-clock' | 'lost' | 'restarted';
  /** `closed-by-clock`: bars with end + grace up to here, µs since the epoch. */
  readonly untilUs?: number;
  /** `lost`: ticks, the last of them at `position` − 1. */
  readonly count?: number;
}

export class DecisionJournal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  }

  /** Synchronous: the decision is on its way to the disk before its bars are given out. */
  append(decision: Decision): void {
    appendFileSync(this.#path, `${JSON.stringify(decision)}\n`, { mode: 0o640 });
  }

  /** The decisions about one ring in order; a torn last line is left out. */
  of(ringId: string): Decision[] {
    if (!existsSync(this.#path)) return [];
    const decisions: Decision[] = [];
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      if (!line.includes(ringId)) continue;
      const decision = parse(line);
      if (decision?.ringId === ringId) decisions.push(decision);
    }
    return decisions;
  }
}

function parse(line: string): Decision | undefined {
  try {
    const value = JSON.parse(line) as Partial<Decision>;
    const whole = typeof value.position === 'number' && typeof value.ringId === 'string';
    return whole ? (value as Decision) : undefined;
  } catch {
    return undefined;
  }
}
