import { RateBudget } from '@tickwire/domain-feed';
import type { CmeChannelDoors, CmeChannelLimits } from './channel-options.ts';

const MINUTE_MS = 60_000;

/** The replay service as a channel sees it: so many requests a minute, the last one counts. */
export class ReplayService {
  readonly #channel: number;
  readonly #doors: CmeChannelDoors;
  readonly #limits: CmeChannelLimits;
  readonly #budget: RateBudget;
  #lastId = 0;
  /** The request whose result is wanted. */
  #openId: number | undefined = undefined;
  #deadlineNs = Infinity;

  constructor(channel: number, doors: CmeChannelDoors, limits: CmeChannelLimits) {
    this.#channel = channel;
    this.#doors = doors;
    this.#limits = limits;
    this.#budget = new RateBudget({ weightMax: limits.replaysPerMinute, windowMs: MINUTE_MS });
  }

  /** Whether so many packets can be asked for now. */
  mayAsk(packets: number, nowNs: number): boolean {
    const { replay, replayPacketsMax } = this.#limits;
    return replay && packets <= replayPacketsMax && this.#budget.waitMs(nowNs) === 0;
  }

  /** When the request is given up, monotonic ns. */
  get deadlineNs(): number {
    return this.#deadlineNs;
  }

  /** @returns False when it may not be asked any more in this minute. */
  ask(run: { first: number; last: number }, nowNs: number): boolean {
    if (!this.mayAsk(run.last - run.first + 1, nowNs)) return false;
    this.#budget.take(nowNs);
    this.#lastId += 1;
    this.#openId = this.#lastId;
    this.#deadlineNs = nowNs + this.#limits.replayTimeoutMs * 1e6;
    const { first: begin, last: end } = run;
    this.#doors.requestReplay({ id: this.#lastId, channel: this.#channel, begin, end });
    return true;
  }

  /** Whether packets of this request are still wanted. */
  wants(id: number): boolean {
    return id === this.#openId;
  }

  /** What is under way is not waited for any more. */
  giveUp(): void {
    this.#openId = undefined;
    this.#deadlineNs = Infinity;
  }
}
