// `control.<service>.snapshot`: books written into the ring once more, for readers that came late.
import type { Clock, Counter, CounterTable, TimerHandle, Timers } from '@tickwire/core';
import { SNAPSHOT_LIMITS, SnapshotDesk } from '@tickwire/domain-book';
import type {
  SnapshotAnswer,
  SnapshotLimits,
  SnapshotPlace,
  SnapshotRefusal,
} from '@tickwire/domain-book';
import type { ControlRequest } from '@tickwire/io-bus';
import { formatRingId } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import type { GatewaySession } from './gateway-session.ts';
import { parseSnapshotRequest } from './snapshot-request.ts';
import type { AskedInstrument, SnapshotRequest } from './snapshot-request.ts';

/** While something waits, its turn is looked for this often. */
const TURN_MS = 5;
const TURN_TICKS_MAX = 4_096;
/** An image of more than half the ring would lap readers that are not behind. */
const IMAGE_SHARE_MAX = 1 / 2;
/** A ring is sized for so many seconds at the peak: the share of that rate is always to be had. */
const RING_SEC = 2;
/** Of the ring, at once after a quiet time. */
const BURST_SHARE = 1 / 8;

const NO_RING = -1;

const HINTS: Readonly<Record<SnapshotRefusal, string>> = {
  UNKNOWN_INSTRUMENT: 'take symbols and indexes from the directory of this ring',
  OTHER_RING: 'read the ring that the instrument is in now, and ask by its directory',
  NOT_SYNCHRONISED: 'wait: the image comes by itself when the book has recovered',
  NO_BOOK: 'subscribe a schema with books, or let the gateway keep them (its vendor page says how)',
  BOOK_TOO_LARGE: 'give the gateway a ring of more slots',
  QUEUE_FULL: 'ask again in a second, for fewer instruments',
};

export type SnapshotRing = Pick<RingProducer, 'name' | 'ringId' | 'position' | 'directory'>;

/** The rings of the gateway, as they are at the moment. */
export interface SnapshotRings {
  /** By partition. */
  readonly all: readonly SnapshotRing[];
  /** Partition of the ring that a symbol is written into; `undefined` for a strange symbol. */
  homeOf(symbol: string): number | undefined;
}

export interface SnapshotVerbParts {
  readonly rings: SnapshotRings;
  readonly session: Pick<GatewaySession, 'imageRefusal' | 'writeImage'>;
  readonly slotCount: number;
  readonly stats: CounterTable;
  readonly clock: Pick<Clock, 'monotonicNs'>;
  readonly timers: Timers;
  /** Images of one turn of the event loop end with the one that passes this. Default 4,096. */
  readonly turnTicksMax?: number;
  readonly limits?: Partial<SnapshotLimits>;
}

interface OpenRequest {
  readonly request: ControlRequest;
  /** How each symbol was asked for. */
  readonly asked: ReadonlyMap<string, readonly AskedInstrument[]>;
  readonly refused: readonly RefusedInstrument[];
}

interface RefusedInstrument {
  readonly instrument: AskedInstrument;
  readonly code: SnapshotRefusal;
  readonly hint: string;
}

export class SnapshotVerb {
  readonly #parts: SnapshotVerbParts;
  readonly #desk: SnapshotDesk<string>;
  readonly #imageLimits: { readonly ticksMax: number };
  readonly #open = new Map<number, OpenRequest>();
  readonly #images: Counter;
  readonly #ticks: Counter;
  readonly #coalesced: Counter;
  readonly #refused: Counter;
  #timer: TimerHandle | undefined;

  constructor(parts: SnapshotVerbParts) {
    this.#parts = parts;
    const { slotCount, stats } = parts;
    this.#imageLimits = { ticksMax: slotCount * IMAGE_SHARE_MAX };
    this.#desk = new SnapshotDesk({
      ticksPerSecMin: (slotCount / RING_SEC) * SNAPSHOT_LIMITS.rateShare,
      burstTicksMax: slotCount * BURST_SHARE,
      ...parts.limits,
    });
    this.#images = stats.counter('count/snapshots.written');
    this.#ticks = stats.counter('count/snapshots.ticks');
    this.#coalesced = stats.counter('count/snapshots.coalesced');
    this.#refused = stats.counter('count/snapshots.refused');
  }

  /** Takes one request; it is answered when its images are written, or after a second. */
  readonly take = (request: ControlRequest): void => {
    const parsed = parseSnapshotRequest(request.body);
    if ('refusal' in parsed) {
      request.refuse('malformed', parsed.refusal);
      return;
    }
    const { ringId } = parsed.request;
    const partition = ringId === undefined ? undefined : this.#partitionOf(ringId);
    if (partition === NO_RING) {
      const ids = this.#parts.rings.all.map((ring) => `${ring.name} ${formatRingId(ring.ringId)}`);
      request.refuse('refused', {
        code: 'WRONG_RING',
        message: `no ring of this gateway has that id: ${ids.join(', ')}`,
        hint: 'open the ring again and ask by its new directory',
        field: 'ringId',
      });
      return;
    }
    this.#ask(request, parsed.request, partition);
    this.#turn();
  };

  /** No image is written any more; who waits is told. */
  stop(): void {
    if (this.#timer !== undefined) this.#parts.timers.clearTimer(this.#timer);
    this.#timer = undefined;
    for (const { request } of this.#open.values()) {
      request.refuse('stopping', {
        code: 'STOPPING',
        message: 'the gateway stops',
        hint: 'ask again when it is back',
      });
    }
    this.#open.clear();
  }

  /** @param ring - Partition that indexes and the position are of, where one was named. */
  #ask(
    request: ControlRequest,
    { instruments, after: position }: SnapshotRequest,
    ring: number | undefined,
  ): void {
    const asked = new Map<string, AskedInstrument[]>();
    const refused: RefusedInstrument[] = [];
    for (const instrument of instruments) {
      const symbol = this.#symbolOf(instrument, ring);
      const code = this.#refusalOf(symbol, ring);
      if (code !== undefined) refused.push({ instrument, code, hint: HINTS[code] });
      else asked.set(symbol, [...(asked.get(symbol) ?? []), instrument]);
    }
    const nowNs = this.#parts.clock.monotonicNs();
    const coalesced = this.#desk.coalesced;
    const after = ring === undefined || position === undefined ? undefined : { ring, position };
    const opened = this.#desk.open({ keys: asked.keys(), after, nowNs });
    this.#coalesced.add(this.#desk.coalesced - coalesced);
    if ('ticket' in opened) this.#open.set(opened.ticket, { request, asked, refused });
    else {
      request.refuse('refused', {
        code: opened.code,
        message: 'too many requests wait for their images',
        hint: 'ask again in a second, for fewer instruments',
      });
    }
  }

  #turn(): void {
    const { clock, timers, turnTicksMax = TURN_TICKS_MAX } = this.#parts;
    const nowNs = clock.monotonicNs();
    for (let ticks = 0; ticks < turnTicksMax;) {
      const symbol = this.#desk.next(nowNs, this.#placeOf);
      if (symbol === undefined) break;
      ticks += this.#write(symbol, nowNs);
    }
    for (const answer of this.#desk.finished(nowNs)) this.#answer(answer);
    if (this.#timer !== undefined) return;
    if (this.#desk.openRequests === 0 && this.#desk.waitingKeys === 0) return;
    this.#timer = timers.setTimer(TURN_MS, () => {
      this.#timer = undefined;
      this.#turn();
    });
  }

  /** Writes one image. Returns its ticks. */
  #write(symbol: string, nowNs: number): number {
    const { ring, ticks: position } = this.#placeOf(symbol);
    const refusal = this.#parts.session.writeImage(symbol, this.#imageLimits);
    if (refusal !== undefined) {
      this.#desk.refuse(symbol, refusal);
      return 0;
    }
    const ticks = this.#placeOf(symbol).ticks - position;
    this.#images.add(1);
    this.#ticks.add(ticks);
    this.#desk.wrote(symbol, { ring, position, ticks, nowNs });
    return ticks;
  }

  #answer(answer: SnapshotAnswer<string>): void {
    const open = this.#open.get(answer.ticket);
    if (open === undefined) return;
    this.#open.delete(answer.ticket);
    const { all } = this.#parts.rings;
    const askedAs = (symbol: string): readonly AskedInstrument[] => open.asked.get(symbol) ?? [];
    const refused = [
      ...open.refused,
      ...answer.refused.flatMap(({ key, code }) =>
        askedAs(key).map((instrument) => ({ instrument, code, hint: HINTS[code] })),
      ),
    ];
    this.#refused.add(refused.length);
    open.request.answer({
      written: answer.written.flatMap(({ key, ring, position }) =>
        askedAs(key).map((instrument) => ({ instrument, ring: all[ring]?.name, position })),
      ),
      queued: answer.queued.flatMap(askedAs),
      refused,
    });
  }

  readonly #placeOf = (symbol: string): SnapshotPlace => {
    const { rings } = this.#parts;
    const ring = rings.homeOf(symbol) ?? 0;
    return { ring, ticks: rings.all[ring]?.position ?? 0 };
  };

  #refusalOf(symbol: string, ring: number | undefined): SnapshotRefusal | undefined {
    const { rings, session } = this.#parts;
    const home = rings.homeOf(symbol);
    if (home !== undefined && ring !== undefined && home !== ring) return 'OTHER_RING';
    return session.imageRefusal(symbol, this.#imageLimits);
  }

  #partitionOf(ringId: string): number {
    return this.#parts.rings.all.findIndex((ring) => formatRingId(ring.ringId) === ringId);
  }

  /** Entries that supersede one another have the same symbol; the ring's own entry has no book. */
  #symbolOf(asked: AskedInstrument, ring: number | undefined): string {
    if (typeof asked === 'string') return asked;
    const { all } = this.#parts.rings;
    return asked === 0 ? '' : (all[ring ?? 0]?.directory.get(asked)?.symbol ?? '');
  }
}
