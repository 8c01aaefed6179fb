import { TICK_BYTES, TickwireError } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { TickView, describeTick } from '@tickwire/wire-tick';
import type { JsonLineOutput } from './json-line-output.ts';

export interface TickRunSource {
  readonly view: DataView;
  readonly count: number;
  readonly firstPosition: number;
  entryOf(instrument: number): DirectoryEntry | undefined;
}

/** Ticks as lines of JSON: their position, then what `describeTick` says. */
export class TickLines {
  readonly #output: JsonLineOutput;
  readonly #isWanted: (symbol: string | undefined) => boolean;
  readonly #tick = new TickView();
  /** Ticks whose bytes hold an impossible value; each is a line that says so. */
  damaged = 0;

  constructor(output: JsonLineOutput, isWanted: (symbol: string | undefined) => boolean) {
    this.#output = output;
    this.#isWanted = isWanted;
  }

  write(run: TickRunSource): void {
    for (let index = 0; index < run.count && !this.#output.isFull; index++) {
      const tick = this.#tick.wrap(run.view, index * TICK_BYTES);
      const entry = run.entryOf(tick.instrument);
      if (!this.#isWanted(entry?.symbol)) continue;
      const position = run.firstPosition + index;
      try {
        this.#output.line(JSON.stringify({ position, ...describeTick(tick, entry) }));
      } catch (error) {
        if (!(error instanceof TickwireError)) throw error;
        this.damaged += 1;
        this.#output.line(JSON.stringify({ position, error: error.code, message: error.message }));
      }
    }
  }
}
