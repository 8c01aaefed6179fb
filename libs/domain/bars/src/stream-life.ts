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
  /** Instruments that spoke of themselves after the last trouble of ring or channel. */
  readonly spokenSince?: readonly number[];
}

/** The part of an instrument's life that is its own; the rest is its ring's and channels'. */
export interface InstrumentLife {
  state: number;
  /** Troubles of ring or channels that had been when it last spoke of itself. */
  saidAfter: number;
  readonly timeline: LiveTimeline;
}

/**
 * Folds the STREAM ticks of one ring into one timeline per instrument. An instrument is live when
 * somebody has said so (for itself, its channel or the whole ring) and nobody says otherwise.
 * A ring's directory does not say which instruments a channel carries, so a channel that is not
 * whole counts against all of them: coverage is never overstated. Trouble of a ring or channel ends
 * for an instrument when it says, later, that it is live itself: after a writer restarted each
 * stream comes back on its own, and nobody says so for the ring.
 */
export class StreamLife {
  readonly #lives: InstrumentLife[] = [];
  readonly #channels = new Map<number, number>();
  /** Timeline of an instrument that has no state of its own. */
  readonly #ring: InstrumentLife = newLife();
  #readerWhole = true;
  #troubles = 0;

  /** A life for an instrument seen for the first time: so far it was as its ring was. */
  join(): InstrumentLife {
    const life = newLife();
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
      life.saidAfter = this.#troubles;
      this.#update(life, change.fromUs);
      return;
    }
    if (isWhole(change.state) === false) this.#troubles += 1;
    if (change.scope === StreamScope.Channel) {
      this.#channels.set(change.instrument, change.state);
    } else this.#ring.state = change.state;
    this.#updateAll(change.fromUs);
  }

  /** Whether this instrument spoke of itself after the last trouble of ring or channel. */
  hasSpokenSince(life: InstrumentLife): boolean {
    return life.saidAfter === this.#troubles;
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
    if (!this.#readerWhole || own === false) return false;
    if (own === true && this.hasSpokenSince(life)) return true;
    if (ring === false || channel === false) return false;
    return ring === true || own === true || channel === true;
  }
}

const newLife = (): InstrumentLife => ({
  state: StreamState.Unknown,
  saidAfter: 0,
  timeline: new LiveTimeline(),
});
