/** A service whose event loop stands still: told when it shows, and when it is over. */

export interface SilenceWatchOptions {
  readonly service: string;
  /** Killed after so long, and so started again; `undefined`: never. */
  readonly silentMsMax: number | undefined;
  onNote(line: string): void;
  onChange(): void;
}

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export class SilenceWatch {
  /** How often it stood still and went on, and the longest of them in ms. */
  stalls = 0;
  stallMsMax = 0;
  readonly #options: SilenceWatchOptions;
  #isTold = false;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  /** Looks at its process, after it was asked to answer. */
  look(running: { readonly silentMs: number; kill(): void }): void {
    const { silentMs } = running;
    if (silentMs === 0) return;
    const { service, silentMsMax, onNote, onChange } = this.#options;
    if (silentMsMax !== undefined && silentMs >= silentMsMax) {
      onNote(`${service} has not answered for ${inSeconds(silentMs)} and is killed.`);
      running.kill();
    } else if (!this.#isTold) {
      onNote(`${service} has not answered for ${inSeconds(silentMs)}.`);
    }
    this.#isTold = true;
    onChange();
  }

  /** It answered after all. */
  over(stallMs: number): void {
    this.#isTold = false;
    this.stalls += 1;
    this.stallMsMax = Math.max(this.stallMsMax, stallMs);
    this.#options.onNote(`${this.#options.service} answers again after ${inSeconds(stallMs)}.`);
    this.#options.onChange();
  }

  /** Another process has taken its place. */
  renew(): void {
    this.#isTold = false;
  }
}
