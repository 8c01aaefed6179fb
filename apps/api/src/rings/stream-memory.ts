/**
 * What the STREAM ticks of one ring have said, kept over a restart: a ring that is being
 * overwritten does not hold them for long. The states are in a small file, replaced whole a moment
 * after a change; how far the ring was read is in the mapped counters, which a kill does not lose.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counter, CounterTable } from '@tickwire/core';
import { z } from 'zod';

const SAVE_AFTER_MS = 1_000;

const remembered = z.object({
  ringId: z.string(),
  /** Every change below this position is in `states`. */
  savedTo: z.int().min(0),
  states: z.array(
    z.object({ index: z.int().min(0), position: z.int().min(0), tick: z.base64().length(88) }),
  ),
});

/** A STREAM tick by the instrument it speaks of, 64 bytes as base64. */
export type RememberedState = z.infer<typeof remembered>['states'][number];

export interface StreamMemoryOptions {
  readonly dataDir: string;
  readonly ring: string;
  readonly stats: CounterTable;
  readonly nowMs: () => number;
}

export class StreamMemory {
  readonly #path: string;
  readonly #nowMs: () => number;
  /** The next position to be read, and the one after the newest change. */
  readonly #seenTo: Counter;
  readonly #changedTo: Counter;
  #dirtySinceMs: number | undefined;

  constructor({ dataDir, ring, stats, nowMs }: StreamMemoryOptions) {
    const folder = join(dataDir, 'api');
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    this.#path = join(folder, `streams-${ring}.json`);
    this.#nowMs = nowMs;
    this.#seenTo = stats.counter(`state/api.${ring}.seenTo`);
    this.#changedTo = stats.counter(`state/api.${ring}.changedTo`);
  }

  /**
   * The states as of `start`, where reading goes on; none when a change between may be unknown, or
   * when this is another ring.
   */
  load(ringId: string, start: number): readonly RememberedState[] {
    const kept = this.#read();
    if (kept?.ringId !== ringId || this.#seenTo.value < start) return [];
    const changedTo = this.#changedTo.value;
    const isWhole = changedTo <= kept.savedTo || changedTo > start;
    return isWhole ? kept.states : [];
  }

  /** The ring was read to `position`; `changed` when a stream has changed, or is unknown now. */
  note(position: number, changed: boolean): void {
    this.#seenTo.set(position);
    if (!changed) return;
    this.#changedTo.set(position);
    this.#dirtySinceMs ??= this.#nowMs();
  }

  get isDue(): boolean {
    const since = this.#dirtySinceMs;
    return since !== undefined && this.#nowMs() - since >= SAVE_AFTER_MS;
  }

  save(ringId: string, states: readonly RememberedState[]): void {
    this.#dirtySinceMs = undefined;
    const content = { ringId, savedTo: this.#seenTo.value, states };
    writeFileSync(`${this.#path}.tmp`, JSON.stringify(content), { mode: 0o640 });
    renameSync(`${this.#path}.tmp`, this.#path);
  }

  #read(): z.infer<typeof remembered> | undefined {
    try {
      return remembered.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      return undefined; // no file yet, or a damaged one: known as little as at a first start
    }
  }
}
