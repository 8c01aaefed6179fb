import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StreamStates } from '@tickwire/domain-bars';

interface Remembered {
  readonly ringId: string;
  readonly states: StreamStates;
}

/**
 * What the STREAM ticks of one ring have said, in a small file that is replaced whole at each
 * change. A ring that is being overwritten does not hold them for long, and without them a
 * restarted aggregator could call nothing live.
 */
export class StreamMemory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  }

  save(ringId: string, states: StreamStates): void {
    const remembered: Remembered = { ringId, states };
    writeFileSync(`${this.#path}.tmp`, JSON.stringify(remembered), { mode: 0o640 });
    renameSync(`${this.#path}.tmp`, this.#path);
  }

  /** `undefined` when nothing, or nothing about this ring, is remembered. */
  load(ringId: string): StreamStates | undefined {
    try {
      const remembered = JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<Remembered>;
      return remembered.ringId === ringId ? remembered.states : undefined;
    } catch {
      return undefined; // no file yet, or a damaged one: known as little as a first start
    }
  }
}
