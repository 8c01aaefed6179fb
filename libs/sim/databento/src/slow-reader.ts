/**
 * What happens to a client that is behind: it is warned again and again, then loses what may be
 * skipped, and never gets further behind than the log reaches.
 */
import type { RecordLog } from './record-log.ts';
import type { SessionStream } from './session-stream.ts';

/** Between two warnings to a client that stays behind. */
const WARNING_EVERY_MS = 5_000;

export interface SlowReaderOptions {
  readonly stream: SessionStream;
  readonly log: RecordLog;
  /** Records; it is warned at half of them. */
  readonly behindMax: number;
  readonly monotonicMs: () => number;
  readonly onWarning: () => void;
}

export class SlowReader {
  readonly #options: SlowReaderOptions;
  #warnedAtMs = -Infinity;

  constructor(options: SlowReaderOptions) {
    this.#options = options;
  }

  watch(): void {
    const { stream, log, behindMax } = this.#options;
    if (stream.next < log.oldestSafe) {
      stream.skipTo(log.end, 'all');
      stream.fill(new Uint8Array(0), 0);
      return;
    }
    if (stream.isReplaying) return;
    if (stream.behind < behindMax / 2) {
      this.#warnedAtMs = -Infinity;
      return;
    }
    this.#warn();
    if (stream.behind >= behindMax && stream.maySkip) stream.skipTo(log.end, 'skippable');
  }

  #warn(): void {
    const { monotonicMs, onWarning } = this.#options;
    const nowMs = monotonicMs();
    if (nowMs - this.#warnedAtMs < WARNING_EVERY_MS) return;
    this.#warnedAtMs = nowMs;
    onWarning();
  }
}
