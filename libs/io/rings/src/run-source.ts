import type { RingRun } from './ring-run.ts';

/** What a loop reads from and waits for: one ring, or several. */
export interface RunSource {
  /** The next run, or `undefined` when there is none now; never waits. */
  poll(): RingRun | undefined;
  /** Whether there is nothing to read. Cheap: asked thousands of times in a row. */
  isQuiet(): boolean;
  /** Whether nothing will ever come: closed by the writer and read to the end. */
  readonly ended: boolean;
  /**
   * Blocks this thread until something is published, at most `timeoutMs` (above 0, at most 100).
   * Returns at once when there is something to read.
   */
  park(timeoutMs: number): void;
  /** The same without blocking anything; also resolves when `signal` aborts. */
  waitForBell(signal?: AbortSignal): Promise<void>;
  close(): void;
}
