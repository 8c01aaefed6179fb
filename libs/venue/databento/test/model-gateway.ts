/**
 * A live gateway as a model: sessions that read one log from a place on. No bytes, no time: what
 * each session sends is decided by its driver.
 */
import { addNs, diffNs } from '@tickwire/core';
import type { Random, StampNs } from '@tickwire/core';
import { ReplayMerge } from '../src/replay-merge.ts';
import type { MissingRecords } from '../src/merge-options.ts';
import { logPlaceOf } from './market-log.ts';
import type { LoggedRecord } from './market-log.ts';

interface ModelSession {
  readonly id: number;
  /** Place in the log of what it sends next. */
  at: number;
  /** Where its replay ends: from here on it is live. */
  readonly liveFrom: number;
  /** Places that it will not send: it replays badly. */
  readonly omitted: ReadonlySet<number>;
}

export interface ModelFaults {
  readonly disconnects: number;
  /** Records left out while connected, each time told. */
  readonly skips: number;
  /** The same, untold. */
  readonly silentSkips: number;
  /** Share of the records that a replay leaves out. */
  readonly omittedShare: number;
}

export class ModelRun {
  readonly delivered: number[] = [];
  readonly missing: MissingRecords[] = [];
  readonly merge: ReplayMerge;
  readonly #log: readonly LoggedRecord[];
  readonly #random: Random;
  readonly #faults: ModelFaults;
  readonly #sessions: ModelSession[] = [];
  #ids = 0;
  #produced = 0;

  constructor(
    log: readonly LoggedRecord[],
    random: Random,
    options: { faults: ModelFaults; sequences: 'of-instrument' | 'unknown'; heldBytesMax: number },
  ) {
    const { faults, sequences, heldBytesMax } = options;
    this.#log = log;
    this.#random = random;
    this.#faults = faults;
    this.merge = new ReplayMerge({
      deliver: (record) => this.delivered.push(logPlaceOf(record)),
      missing: (missing) => this.missing.push(missing),
      ...{ sequences, heldBytesMax, overlapMs: 1_000, streamsMax: 1_000 },
    });
  }

  run(): void {
    while (this.#produced < this.#log.length) {
      this.#produced = Math.min(this.#log.length, this.#produced + this.#upTo(20));
      this.#step();
    }
    // Faults are over: whatever is under way comes to its end.
    for (let left = 20; left > 0; left--) {
      this.#keepConnected();
      for (const session of [...this.#sessions]) this.#send(session, this.#log.length);
    }
    this.merge.giveUp();
  }

  #step(): void {
    this.#keepConnected();
    const { disconnects, skips, silentSkips } = this.#faults;
    if (this.#random() < disconnects) this.#disconnect();
    const leader = this.#sessions.at(-1);
    if (leader !== undefined && this.#random() < skips) this.#skip(leader, true);
    if (leader !== undefined && this.#random() < silentSkips) this.#skip(leader, false);
    for (const session of [...this.#sessions]) this.#send(session, this.#upTo(40));
  }

  #send(session: ModelSession, count: number): void {
    const { merge } = this;
    for (let left = count; left > 0 && session.at < this.#produced; left--) {
      const record = this.#log[session.at]!;
      if (!session.omitted.has(session.at)) merge.take(session.id, record, afterAll(record));
      session.at += 1;
    }
    for (const each of [...this.#sessions]) if (!merge.isNeeded(each.id)) this.#close(each);
    if (this.#random() < 0.1) merge.settle();
  }

  /** As the session does it: one that leads, and a second one while that left records out. */
  #keepConnected(): void {
    const { merge } = this;
    if (this.#sessions.length > 0 && !merge.isSuspended) return;
    const start: StampNs = { hi: 0, lo: 0 };
    const hasStart = merge.resumePoint(start);
    this.#ids += 1;
    const at = hasStart ? this.#placeFrom(start) : 0;
    const omitted = new Set<number>();
    for (let place = at; place < this.#produced; place++) {
      if (this.#random() < this.#faults.omittedShare) omitted.add(place);
    }
    this.#sessions.push({ id: this.#ids, at, liveFrom: this.#produced, omitted });
    merge.lead(this.#ids, hasStart ? start : undefined);
  }

  #placeFrom(start: StampNs): number {
    const at = this.#log.findIndex(({ ts }) => diffNs(ts, start) >= 0);
    return at < 0 ? this.#log.length : at;
  }

  #disconnect(): void {
    const session = this.#sessions[this.#upTo(this.#sessions.length) - 1];
    if (session !== undefined) this.#close(session);
  }

  #close(session: ModelSession): void {
    this.#sessions.splice(this.#sessions.indexOf(session), 1);
    this.merge.end(session.id);
  }

  #skip(session: ModelSession, isTold: boolean): void {
    const isAlone = this.#sessions.length === 1 && this.merge.held === 0;
    // Sequences show what is missing between two records of an instrument, not before or behind.
    const isAtEnd = this.delivered.length < 200 || this.#produced > this.#log.length - 200;
    // What a replay skips untold it leaves out: that is another fault, `omittedShare`.
    if (!isTold && session.at < session.liveFrom + 50) return;
    if (session.at >= this.#produced || !isAlone || (!isTold && isAtEnd)) return;
    session.at = Math.min(this.#produced, session.at + this.#upTo(30));
    if (isTold) this.merge.suspend();
  }

  /** 1 … max; 0 of 0. */
  #upTo(max: number): number {
    return Math.ceil(this.#random() * max);
  }
}

function afterAll(record: LoggedRecord): StampNs {
  const now = { ...record.ts };
  addNs(now, 1e9);
  return now;
}
