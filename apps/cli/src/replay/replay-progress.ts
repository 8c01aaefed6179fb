import { statSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { readAccounting, sumCounter } from '@tickwire/system';
import { formatCount } from '../quantity.ts';
import type { Terminal } from '../terminal.ts';

/** A replay that is done sooner shows none. */
const SHOW_AFTER_MS = 1_000;
const EVERY_MS = 250;

/** A bar of the bytes read so far, on a terminal, on stderr, after the first second. */
export class ReplayProgress {
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #bytesTotal: number;
  readonly #ringDir: string;
  readonly #ticks: () => number;
  #bar: SingleBar | undefined;
  #waitedMs = 0;

  constructor(options: {
    terminal: Terminal;
    sources: readonly string[];
    ringDir: string;
    ticks: () => number;
  }) {
    this.#ringDir = options.ringDir;
    this.#ticks = options.ticks;
    this.#bytesTotal = options.sources.reduce((sum, path) => sum + bytesOf(path), 0);
    if (!options.terminal.isInteractive || this.#bytesTotal === 0) return;
    this.#timer = setInterval(() => this.#show(), EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#bar?.update(this.#bytesTotal, { ticks: formatCount(this.#ticks()) });
    this.#bar?.stop();
  }

  #show(): void {
    this.#waitedMs += EVERY_MS;
    if (this.#waitedMs < SHOW_AFTER_MS) return;
    if (this.#bar === undefined) {
      this.#bar = new SingleBar({
        format: 'replay [{bar}] {percentage} % · {ticks} ticks',
        hideCursor: true,
        stream: process.stderr,
      });
      this.#bar.start(this.#bytesTotal, 0, { ticks: '0' });
    }
    const bytes = sumCounter(readAccounting(this.#ringDir), 'gauge/replay.bytesRead');
    this.#bar.update(Math.min(bytes, this.#bytesTotal), { ticks: formatCount(this.#ticks()) });
  }
}

/** Bytes of a source: of its files when it is a folder. */
function bytesOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => {
    const file = statSync(join(path, name), { throwIfNoEntry: false });
    return sum + (file?.isFile() === true ? file.size : 0);
  }, 0);
}
