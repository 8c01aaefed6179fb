/**
 * The state of every stream of the running rings, now: what the store knows of each, then what the
 * ring itself still holds. Where the two do not meet, the ring says so.
 */
import { join } from 'node:path';
import { STAMP_ABSENT_WORD, StreamScope, StreamState, TICK_BYTES } from '@tickwire/core';
import type { QueryStore } from '@tickwire/io-store';
import { listRings } from '@tickwire/io-rings';
import { RingReader, RingState, formatRingId } from '@tickwire/ipc-ring';
import { openSharedFile } from '@tickwire/ipc-shm';
import { isWholeState } from '@tickwire/system';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { rowsOf } from './stored-rings.ts';

/** Bars are Tickwire's own: no stream of a venue. */
const OWN_VENDOR = 'tickwire';
const RUNS_MAX = 100_000;

export interface StreamNow {
  readonly ring: string;
  readonly vendor: string;
  readonly symbol: string;
  readonly state: number;
  readonly reason: number;
  /** ms since the Unix epoch; absent when nobody has said anything. */
  readonly sinceMs: number | undefined;
  /** Of the newest data tick that the ring still holds. */
  readonly dataMs: number | undefined;
}

export interface RingStreams {
  readonly ring: string;
  readonly isOpen: boolean;
  /** Ticks between the store and the ring that neither holds: a change may be missing. */
  readonly unseen: number;
  readonly streams: readonly StreamNow[];
}

interface Said {
  readonly position: number;
  readonly atMs: number;
  readonly state: number;
  readonly reason: number;
}

/** The newest statement on each subject of one ring. */
export class StatementBoard {
  readonly #own = new Map<number, Said>();
  readonly #wide = new Map<string, Said>();

  take(scope: number, instrument: number, said: Said): void {
    if (scope === StreamScope.Instrument) this.#own.set(instrument, said);
    else this.#wide.set(scope === StreamScope.Ring ? 'ring' : `channel ${instrument}`, said);
  }

  /** What holds for an instrument: trouble of its ring or channel counts until it says more. */
  of(instrument: number): Said | undefined {
    const own = this.#own.get(instrument);
    let newest = own;
    for (const wide of this.#wide.values()) {
      const isTrouble = !isWholeState(wide.state) && wide.state !== StreamState.Unknown;
      const decides = isTrouble ? wide.position > (newest?.position ?? -1) : newest === undefined;
      if (decides) newest = wide;
    }
    return newest;
  }
}

export async function readRingStreams(
  ringDir: string,
  store: QueryStore | undefined,
): Promise<RingStreams[]> {
  const rings: RingStreams[] = [];
  for (const name of listRings(ringDir)) {
    const reader = openReader(join(ringDir, `${name}.ring`));
    if (reader === undefined || reader.header.vendor === OWN_VENDOR) continue;
    rings.push(await streamsOf(name, reader, store));
  }
  return rings;
}

function openReader(path: string): RingReader | undefined {
  try {
    const memory = openSharedFile({ path, access: 'read' });
    return new RingReader(memory.buffer, { arch: process.arch, from: 'oldest' });
  } catch {
    return undefined; // being removed, or not a ring: the services that use it say more
  }
}

async function streamsOf(
  ring: string,
  reader: RingReader,
  store: QueryStore | undefined,
): Promise<RingStreams> {
  const board = new StatementBoard();
  const stored = store === undefined ? 0 : await takeStored(store, reader, board);
  const oldest = reader.cursor;
  const dataMs = takeRing(reader, board);
  const streams: StreamNow[] = [];
  for (let index = 1; index < reader.directory.count; index++) {
    const entry = reader.directory.get(index);
    if (entry === undefined) continue;
    const said = board.of(index);
    streams.push({
      ring,
      vendor: reader.header.vendor,
      symbol: entry.symbol,
      state: said?.state ?? StreamState.Unknown,
      reason: said?.reason ?? 0,
      sinceMs: said?.atMs,
      dataMs: dataMs.get(index),
    });
  }
  const unseen = Math.max(0, oldest - stored) + reader.lost;
  return { ring, isOpen: reader.state === RingState.Open, unseen, streams };
}

/** @returns the position behind the last one that the store holds of this ring. */
async function takeStored(
  store: QueryStore,
  reader: RingReader,
  board: StatementBoard,
): Promise<number> {
  const ring = BigInt(`0x${formatRingId(reader.header.ringId)}`);
  const rows = await rowsOf(
    store,
    `SELECT bits(p3, 24, 255) AS scope, instrument, max(position),
      arg_max(ts_recv_ns // 1000000, position)::BIGINT,
      arg_max(bits(p3, 0, 255), position), arg_max(bits(p3, 16, 255), position)
    FROM raw_ticks WHERE ring_id = ${ring} AND kind = ${TickKind.Stream} GROUP BY 1, 2`,
  );
  for (const row of rows) {
    const [scope = 0, instrument = 0, position = 0, atMs = 0, state = 0, reason = 0] =
      row.map(Number);
    board.take(scope, instrument, { position, atMs, state, reason });
  }
  const last = await rowsOf(store, `SELECT max(position) FROM raw_ticks WHERE ring_id = ${ring}`);
  const position = last[0]?.[0];
  return typeof position === 'number' ? position + 1 : 0;
}

/** @returns when the newest data tick of each instrument came, ms since the Unix epoch. */
function takeRing(reader: RingReader, board: StatementBoard): Map<number, number> {
  const dataMs = new Map<number, number>();
  const view = new TickView();
  for (let runs = 0; runs < RUNS_MAX && reader.poll() > 0; runs++) {
    for (let at = 0; at < reader.count; at++) {
      const tick = view.wrap(reader.view, at * TICK_BYTES);
      const atMs = stampMs(tick.tsRecvHi, tick.tsRecvLo);
      if (tick.kind === TickKind.Stream) {
        const { state, reason } = tick;
        const position = reader.firstPosition + at;
        board.take(tick.scope, tick.instrument, { position, atMs, state, reason });
      } else if (tick.kind !== TickKind.Clock && tick.tsRecvHi !== STAMP_ABSENT_WORD) {
        dataMs.set(tick.instrument, atMs);
      }
    }
  }
  return dataMs;
}

const stampMs = (hi: number, lo: number): number => (hi * 4_294_967_296 + lo) / 1e6;
