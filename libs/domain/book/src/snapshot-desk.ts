/**
 * Who asked for the image of which book, and whose turn it is. A state machine: no clock, no I/O.
 *
 *   open ──▶ waiting keys, each once ──next──▶ written or refused ──▶ finished: answers
 *                 ▲ asked again: joins           (pace, window)
 *
 * An instrument that waits already is not queued a second time: one image answers all who asked
 * before it. Bounds: requests, keys of a request, keys that wait; what is beyond them is refused
 * (drop-newest) with a code. A request whose keys are not all written in time is answered with what
 * is still queued; the images come all the same.
 */
import { SnapshotPace } from './snapshot-pace.ts';
import type { SnapshotPaceLimits } from './snapshot-pace.ts';

export interface SnapshotLimits extends SnapshotPaceLimits {
  /** Requests that wait for an answer. */
  readonly requestsMax: number;
  /** Keys of one request. */
  readonly keysPerRequestMax: number;
  /** Instruments that wait for their image. */
  readonly waitingMax: number;
  /** An instrument's next image comes this long after its last one at the earliest, ms. */
  readonly againAfterMs: number;
  /** A request is answered after so long at the latest, ms. */
  readonly answerWithinMs: number;
}

/** For a ring of 65,536 slots: 5 % of what would fill it in 2 s, and 1/8 of it at once. */
export const SNAPSHOT_LIMITS: Readonly<SnapshotLimits> = {
  rateShare: 0.05,
  ticksPerSecMin: 1_638,
  burstTicksMax: 8_192,
  requestsMax: 256,
  keysPerRequestMax: 1_024,
  waitingMax: 4_096,
  againAfterMs: 50,
  answerWithinMs: 1_000,
};

/** Where an image goes: a ring, by any number, and the ticks that are in it so far. */
export interface SnapshotPlace {
  readonly ring: number;
  /** The ring's position. */
  readonly ticks: number;
}

/** Why an image is not written. */
export type SnapshotRefusal =
  /** No instrument of that name or index. */
  | 'UNKNOWN_INSTRUMENT'
  /** The instrument is written into another ring now. */
  | 'OTHER_RING'
  /** The book waits for the vendor's snapshot; its image comes by itself then. */
  | 'NOT_SYNCHRONISED'
  /** The feed keeps no book of it that could be written. */
  | 'NO_BOOK'
  /** The image would push too much of the ring over its readers. */
  | 'BOOK_TOO_LARGE'
  /** Too many instruments wait. */
  | 'QUEUE_FULL';

export interface WrittenImage<Key> {
  readonly key: Key;
  readonly ring: number;
  /** Of the CLEAR with which the image begins. */
  readonly position: number;
}

export interface SnapshotAnswer<Key> {
  /** Of the request, as `open` gave it. */
  readonly ticket: number;
  readonly written: readonly WrittenImage<Key>[];
  /** Not written yet: coming. */
  readonly queued: readonly Key[];
  readonly refused: readonly { readonly key: Key; readonly code: SnapshotRefusal }[];
}

export type OpenedRequest = { readonly ticket: number } | { readonly code: RequestRefusal };
/** Why a request is refused as a whole. */
export type RequestRefusal = 'TOO_MANY_REQUESTS' | 'TOO_MANY_INSTRUMENTS';

interface Request<Key> {
  readonly ticket: number;
  readonly answerAtNs: number;
  readonly waiting: Set<Key>;
  readonly written: WrittenImage<Key>[];
  readonly refused: { key: Key; code: SnapshotRefusal }[];
}

interface LastImage {
  readonly ring: number;
  readonly position: number;
  readonly atNs: number;
}

export class SnapshotDesk<Key> {
  /** Images written; times that an instrument was asked for and waited already. */
  images = 0;
  coalesced = 0;
  readonly #limits: SnapshotLimits;
  /** Each ring has its own. */
  readonly #paces = new Map<number, SnapshotPace>();
  /** By key, in the order of their turns. */
  readonly #waiting = new Map<Key, Set<Request<Key>>>();
  readonly #requests = new Map<number, Request<Key>>();
  readonly #last = new Map<Key, LastImage>();
  #tickets = 0;

  constructor(limits: Partial<SnapshotLimits> = {}) {
    this.#limits = { ...SNAPSHOT_LIMITS, ...limits };
  }

  /** Requests that wait for their answer. */
  get openRequests(): number {
    return this.#requests.size;
  }

  /** Instruments that wait for their image. */
  get waitingKeys(): number {
    return this.#waiting.size;
  }

  /**
   * Takes a request. Its answer comes with `finished`, at once where nothing has to wait.
   * @param request.after - What the asker has read up to: an image written there or later will do,
   *   and none is written for it again.
   */
  open(request: {
    keys: Iterable<Key>;
    after?: { readonly ring: number; readonly position: number } | undefined;
    nowNs: number;
  }): OpenedRequest {
    const { requestsMax, keysPerRequestMax, answerWithinMs } = this.#limits;
    const keys = new Set(request.keys);
    if (keys.size > keysPerRequestMax) return { code: 'TOO_MANY_INSTRUMENTS' };
    if (this.#requests.size >= requestsMax) return { code: 'TOO_MANY_REQUESTS' };
    this.#tickets += 1;
    const opened: Request<Key> = {
      ticket: this.#tickets,
      answerAtNs: request.nowNs + answerWithinMs * 1e6,
      waiting: new Set(),
      written: [],
      refused: [],
    };
    this.#requests.set(opened.ticket, opened);
    for (const key of keys) this.#ask(opened, key, request.after);
    return { ticket: opened.ticket };
  }

  /**
   * The instrument whose image is to be written now, if any; say `wrote` or `refuse` of it.
   * @param placeOf - Where the image of a key would go now.
   */
  next(nowNs: number, placeOf: (key: Key) => SnapshotPlace): Key | undefined {
    const again = this.#limits.againAfterMs * 1e6;
    for (const key of this.#waiting.keys()) {
      const last = this.#last.get(key);
      if (last !== undefined && nowNs - last.atNs < again) continue;
      const { ring, ticks } = placeOf(key);
      if (this.#paceOf(ring).mayWrite(nowNs, ticks)) return key;
    }
    return undefined;
  }

  /** The image of `key` is in its ring, its CLEAR at `position`. */
  wrote(key: Key, image: { ring: number; position: number; ticks: number; nowNs: number }): void {
    const { ring, position, ticks, nowNs } = image;
    this.images += 1;
    this.#paceOf(ring).spend(ticks);
    this.#last.set(key, { ring, position, atNs: nowNs });
    for (const request of this.#take(key)) request.written.push({ key, ring, position });
  }

  /** There is no image of `key` to be had now. */
  refuse(key: Key, code: SnapshotRefusal): void {
    for (const request of this.#take(key)) request.refused.push({ key, code });
  }

  /** Answers that are due: all is settled, or their time is over. Each is given once. */
  finished(nowNs: number): SnapshotAnswer<Key>[] {
    const answers: SnapshotAnswer<Key>[] = [];
    for (const request of this.#requests.values()) {
      if (request.waiting.size > 0 && nowNs < request.answerAtNs) continue;
      this.#requests.delete(request.ticket);
      const { ticket, written, refused, waiting } = request;
      answers.push({ ticket, written, queued: [...waiting], refused });
      // The keys that it still waits for keep their turns, without it.
      for (const key of waiting) this.#waiting.get(key)?.delete(request);
    }
    return answers;
  }

  #ask(
    request: Request<Key>,
    key: Key,
    after: { readonly ring: number; readonly position: number } | undefined,
  ): void {
    const last = this.#last.get(key);
    if (last !== undefined && last.ring === after?.ring && last.position >= after.position) {
      request.written.push({ key, ring: last.ring, position: last.position });
      this.coalesced += 1;
      return;
    }
    const askers = this.#waiting.get(key);
    if (askers !== undefined) {
      this.coalesced += 1;
      askers.add(request);
    } else if (this.#waiting.size >= this.#limits.waitingMax) {
      request.refused.push({ key, code: 'QUEUE_FULL' });
      return;
    } else {
      this.#waiting.set(key, new Set([request]));
    }
    request.waiting.add(key);
  }

  #paceOf(ring: number): SnapshotPace {
    const known = this.#paces.get(ring);
    if (known !== undefined) return known;
    const pace = new SnapshotPace(this.#limits);
    this.#paces.set(ring, pace);
    return pace;
  }

  /** `key` waits no longer: those who asked for it. */
  #take(key: Key): Iterable<Request<Key>> {
    const askers = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const request of askers) request.waiting.delete(key);
    return askers;
  }
}
