import { StreamScope, StreamState } from '@tickwire/core';
import { LiveTimeline } from './live-timeline.ts';

/** Whether data of a stream in this state is whole. `undefined` = nobody has said. */
function isWhole(state: number): boolean | undefined {
  if (state === StreamState.Unknown) return undefined;
  return (
    state === StreamState.Live || state === StreamState.Replayed || state === StreamState.Simulated
  );
}

/** What the STREAM ticks of a ring have said so far: see `BarBuilder.streamStates`. */
export interface StreamStates {
  /** Ring time, µs since the Unix epoch, from which this has held at the latest. */
  readonly sinceUs: number;
  readonly ring: number;
  /** [directory index, `StreamState`] */
  readonly channels: readonly (readonly [number, number])[];
  readonly instruments: readonly (readonly [number, number])[];
}

/** The part of an instrument's life that is its own; the rest is its ring's and channels'. */
export interface InstrumentLife {
  state: number;
  readonly timeline: LiveTimeline;
}

/**
 * Folds the STREAM ticks of one ring into one timeline per instrument. An instrument is live when
 * somebody has said so (for itself, its channel or the whole ring) and nobody says otherwise.
 * A ring's directory does not say which instruments a channel carries, so a channel that is not
 * whole counts against all of them: coverage is never overstated.
 */
export class StreamLife {
  readonly #lives: InstrumentLife[] = [];
  readonly #channels = new Map<number, number>();
  /** Timeline of an instrument that has no state of its own. */
  readonly #ring: InstrumentLife = { state: StreamState.Unknown, timeline: new LiveTimeline() };
  #readerWhole = true;

  /** A life for an instrument seen for the first time: so far it was as its ring was. */
  join(): InstrumentLife {
    const life: InstrumentLife = { state: StreamState.Unknown, timeline: new LiveTimeline() };
    life.timeline.copyFrom(this.#ring.timeline);
    this.#lives.push(life);
    return life;
  }

  /** @param change - `instrument` is the tick's index, for a channel its entry. */
  onStream(
    change: { scope: number; state: number; instrument: number; fromUs: number },
    life: InstrumentLife | undefined,
  ): void {
    if (change.scope === StreamScope.Instrument) {
      if (life === undefined) return;
      life.state = change.state;
      this.#update(life, change.fromUs);
      return;
    }
    if (change.scope === StreamScope.Channel) {
      this.#channels.set(change.instrument, change.state);
    } else this.#ring.state = change.state;
    this.#updateAll(change.fromUs);
  }

  get ringState(): number {
    return this.#ring.state;
  }

  get channels(): ReadonlyMap<number, number> {
    return this.#channels;
  }

  /** The reader itself lost ticks (lapped) from `fromUs` on, or is whole again. */
  setReaderWhole(whole: boolean, fromUs: number): void {
    if (this.#readerWhole === whole) return;
    this.#readerWhole = whole;
    this.#updateAll(fromUs);
  }

  #updateAll(fromUs: number): void {
    this.#update(this.#ring, fromUs);
    for (const life of this.#lives) this.#update(life, fromUs);
  }

  #update(life: InstrumentLife, fromUs: number): void {
    life.timeline.set(fromUs, this.#isLive(life));
  }

  #isLive(life: InstrumentLife): boolean {
    const ring = isWhole(this.#ring.state);
    const own = life === this.#ring ? undefined : isWhole(life.state);
    let channel: boolean | undefined;
    for (const state of this.#channels.values()) {
      const whole = isWhole(state);
      if (whole !== undefined) channel = whole && channel !== false;
    }
    if (!this.#readerWhole || ring === false || own === false || channel === false) return false;
    return ring === true || own === true || channel === true;
  }
}
