/**
 * When one stream was live, from what its ring said: the STREAM ticks that speak of the stream
 * itself (own) and those that speak of its channel or the whole ring (wide), in ring order.
 *
 * A stream is live when somebody has said so and nobody says otherwise:
 * - a wide statement that something is wrong counts against every stream, until the wide statement
 *   is lifted or the stream says of itself, later, that it is live again. After a writer restarted
 *   each stream comes back by itself; nobody says so for the ring as a whole.
 * - a wide `live` lifts no trouble that the stream reported of itself.
 * - what begins earlier than it was noticed (`fromUs` of a gap) counts from where it began.
 */
import { StreamReason, StreamState } from '@tickwire/core';
import type { TimeSpan } from './time-spans.ts';

/** One STREAM tick. */
export interface StreamStatement {
  /** In the ring. */
  readonly position: number;
  /** Receipt, µs since the Unix epoch. */
  readonly atUs: number;
  /** Where the trouble began, when that is known. */
  readonly fromUs?: number | undefined;
  readonly state: number;
  readonly previousState: number;
  readonly reason: number;
}

/** A statement of a channel or of the whole ring. */
export interface WideStatement extends StreamStatement {
  /** What it speaks of: statements on the same subject replace each other. */
  readonly subject: string;
}

export interface StreamVerdicts {
  readonly live: readonly TimeSpan[];
  /** Somebody said that it is not live. Time in neither list: nobody has said anything. */
  readonly notLive: readonly TimeSpan[];
}

const Verdict = { Unsaid: 0, Live: 1, NotLive: 2 } as const;
type Verdict = (typeof Verdict)[keyof typeof Verdict];

interface Change {
  readonly fromUs: number;
  readonly verdict: Verdict;
}

/** Live, or as good as: data of a replay or a simulation is whole. */
export function isWholeState(state: number): boolean {
  return (
    state === StreamState.Live || state === StreamState.Replayed || state === StreamState.Simulated
  );
}

/**
 * @param parts - Statements in the order of their positions. A stream's first one also says what
 *   it was before, as far back as `sinceUs`.
 */
export function streamVerdicts(parts: {
  readonly own: readonly StreamStatement[];
  readonly wide: readonly WideStatement[];
  readonly sinceUs: number;
  readonly untilUs: number;
}): StreamVerdicts {
  const fold = new StreamFold(parts.own[0]?.previousState ?? StreamState.Unknown, parts.sinceUs);
  const { own, wide } = parts;
  for (let oi = 0, wi = 0; oi < own.length || wi < wide.length;) {
    const ownNext = own[oi];
    const wideNext = wide[wi];
    if (wideNext === undefined || (ownNext !== undefined && ownNext.position < wideNext.position)) {
      fold.onOwn(ownNext!);
      oi++;
    } else {
      fold.onWide(wideNext);
      wi++;
    }
  }
  return fold.spans(parts.untilUs);
}

class StreamFold {
  readonly #changes: Change[] = [];
  /** Wide subjects in trouble, and where they said so. */
  readonly #wideTrouble = new Map<string, number>();
  #isWideLive = false;
  #ownState: number;
  #ownPosition = -1;
  #nowUs: number;

  constructor(ownState: number, sinceUs: number) {
    this.#ownState = ownState;
    this.#nowUs = sinceUs;
    this.#set(sinceUs);
  }

  onOwn(statement: StreamStatement): void {
    this.#ownState = statement.state;
    this.#ownPosition = statement.position;
    this.#apply(statement);
  }

  onWide(statement: WideStatement): void {
    // It tells of the clock and confirms what was, whatever that was.
    if (statement.reason === StreamReason.WallClockStep) return;
    if (isWholeState(statement.state)) {
      this.#isWideLive = true;
      this.#wideTrouble.delete(statement.subject);
    } else if (statement.state !== StreamState.Unknown) {
      this.#wideTrouble.set(statement.subject, statement.position);
    }
    this.#apply(statement);
  }

  spans(untilUs: number): StreamVerdicts {
    const live: TimeSpan[] = [];
    const notLive: TimeSpan[] = [];
    this.#changes.forEach(({ fromUs, verdict }, at) => {
      const toUs = Math.min(this.#changes[at + 1]?.fromUs ?? untilUs, untilUs);
      if (verdict === Verdict.Unsaid || toUs <= fromUs) return;
      (verdict === Verdict.Live ? live : notLive).push({ fromUs, toUs });
    });
    return { live, notLive };
  }

  /** Time does not go back in a ring, except for where a trouble began. */
  #apply({ atUs, fromUs, state }: StreamStatement): void {
    this.#nowUs = Math.max(this.#nowUs, atUs);
    const began = isWholeState(state) ? undefined : fromUs;
    this.#set(Math.min(this.#nowUs, began ?? this.#nowUs));
  }

  #set(fromUs: number): void {
    const verdict = this.#verdict();
    while (this.#changes.length > 0 && this.#changes.at(-1)!.fromUs >= fromUs) this.#changes.pop();
    if (this.#changes.at(-1)?.verdict !== verdict) this.#changes.push({ fromUs, verdict });
  }

  #verdict(): Verdict {
    for (const position of this.#wideTrouble.values()) {
      if (position > this.#ownPosition) return Verdict.NotLive;
    }
    if (this.#ownState !== StreamState.Unknown) {
      return isWholeState(this.#ownState) ? Verdict.Live : Verdict.NotLive;
    }
    return this.#isWideLive ? Verdict.Live : Verdict.Unsaid;
  }
}
