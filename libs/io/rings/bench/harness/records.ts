/**
 * The records that every side of the benchmark moves: real encoded ticks of mixed kinds, no two
 * alike, of interleaved instruments. Record i says i in its `sequence`, so the record of a
 * position is `position mod RECORD_COUNT`, and a reader that holds the same table checks all 16
 * words of a tick and its place in the order.
 */
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { TICK_BYTES, stampFromMs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { seededRandom } from '@tickwire/testing';
import { Action, Side, TickFlag, TickKind, TickView, tickKindName } from '@tickwire/wire-tick';

/** A power of two, 16 rings of 65,536 slots: a stale slot never holds the expected record. */
export const RECORD_COUNT = 2 ** 20;
/** Record of a position. `%` of numbers beyond 2^31 is a call, and dearer than a tick. */
export function recordAt(position: number): number {
  return (position | 0) & (RECORD_COUNT - 1);
}

export const INSTRUMENT_COUNT = 512;
export const TICK_WORDS = TICK_BYTES / 4;
/** The words of `tsEvent`: where a latency run puts the time a tick was meant to be sent. */
export const STAMP_WORDS = 2;

const SEED = 20_240_501;
const START_MS = 1_700_000_000_000;
const TWO_32 = 2 ** 32;
const SEQUENCE_OFFSET = 20;
/** Of 16 ticks: the mix of a busy venue, most of it quotes and book levels. */
const MIX = [
  TickKind.Quote,
  TickKind.Level,
  TickKind.Level,
  TickKind.Trade,
  TickKind.Quote,
  TickKind.Level,
  TickKind.Order,
  TickKind.Quote,
  TickKind.Level,
  TickKind.Trade,
  TickKind.Quote,
  TickKind.Level,
  TickKind.Order,
  TickKind.Quote,
  TickKind.Level,
  TickKind.Mark,
] as const;

type Random = () => number;

/** What the records are, counted from their bytes. */
export interface RecordFacts {
  readonly records: number;
  /** Different ones, the sequence left out of the comparison. */
  readonly distinct: number;
  readonly instruments: number;
  readonly kinds: readonly string[];
}

/** Writes the records file: `RECORD_COUNT` ticks, the same ones each time. */
export function writeRecords(path: string): RecordFacts {
  const bytes = new Uint8Array(RECORD_COUNT * TICK_BYTES);
  const view = new DataView(bytes.buffer);
  const tick = new TickView();
  const random = seededRandom(SEED);
  const stamp: StampNs = { hi: 0, lo: 0 };
  for (let index = 0; index < RECORD_COUNT; index++) {
    const kind = MIX[(index * 7 + Math.floor(random() * 3)) % MIX.length] ?? TickKind.Quote;
    tick.wrap(view, index * TICK_BYTES).begin(kind);
    stampRecord(tick, stamp, { index, random });
    tick.instrument = 1 + Math.floor(random() * INSTRUMENT_COUNT);
    tick.sequence = index;
    tick.flags = TickFlag.Last | TickFlag.EventEnd;
    fillPayload(tick, kind, random);
  }
  writeFileSync(path, bytes);
  return factsOf(view);
}

function factsOf(view: DataView): RecordFacts {
  const tick = new TickView();
  const hashes = new Set<number>();
  const instruments = new Set<number>();
  const kinds = new Set<string>();
  for (let index = 0; index < RECORD_COUNT; index++) {
    tick.wrap(view, index * TICK_BYTES);
    instruments.add(tick.instrument);
    kinds.add(tickKindName(tick.kind));
    hashes.add(hashOf(view, index * TICK_BYTES));
  }
  return {
    records: RECORD_COUNT,
    distinct: hashes.size,
    instruments: instruments.size,
    kinds: [...kinds].sort(),
  };
}

/** 53 bits of all words but the sequence: equal ticks have equal ones. */
function hashOf(view: DataView, at: number): number {
  let low = 0;
  let high = 0;
  for (let offset = 0; offset < TICK_BYTES; offset += 4) {
    if (offset === SEQUENCE_OFFSET) continue;
    const word = view.getInt32(at + offset, true);
    low = Math.imul(low ^ word, 0x9e37_79b1);
    low ^= low >>> 15;
    high = Math.imul(high + word + offset, 0x85eb_ca6b);
    high ^= high >>> 13;
  }
  return (high & 0x1f_ffff) * TWO_32 + (low >>> 0);
}

/**
 * The first records in private memory, as words: word w of record i at `i * TICK_WORDS + w`.
 * @param ticks - As many as are sent: memory that a side does not use costs it time where the
 *   kernel watches memory (DAMON), on the core that the side is pinned to.
 */
export function readRecords(path: string, ticks = RECORD_COUNT): Int32Array<ArrayBuffer> {
  const words = new Int32Array(Math.min(ticks, RECORD_COUNT) * TICK_WORDS);
  const file = openSync(path, 'r');
  const read = readSync(file, words);
  closeSync(file);
  if (read === words.byteLength) return words;
  throw new Error(`${path} has ${read} of ${words.byteLength} bytes`);
}

function stampRecord(
  tick: TickView,
  stamp: StampNs,
  record: { index: number; random: Random },
): void {
  stampFromMs(START_MS + Math.floor(record.index / 100), stamp);
  tick.setTsEvent(stamp.hi, stamp.lo);
  tick.setTsRecv(stamp.hi, (stamp.lo + Math.floor(record.random() * 900_000)) % TWO_32);
}

function fillPayload(tick: TickView, kind: TickKind, random: Random): void {
  const price = 1_000_000 + Math.floor(random() * 9_000_000);
  const size = 1 + Math.floor(random() * 1e9);
  if (kind === TickKind.Quote) {
    tick.bidPrice = price;
    tick.askPrice = price + 1 + Math.floor(random() * 100);
    tick.bidSize = size;
    tick.askSize = 1 + Math.floor(random() * 1e9);
    return;
  }
  if (kind === TickKind.Mark) {
    tick.markPrice = price;
    tick.indexPrice = price - Math.floor(random() * 50);
    tick.fundingRateE12 = Math.floor(random() * 1e9) - 5e8;
    tick.setNextFundingTs(...wordsOf(random));
    return;
  }
  tick.price = price;
  tick.size = size;
  const side = random() < 0.5 ? Side.Bid : Side.Ask;
  if (kind === TickKind.Trade) {
    tick.setSideAction(side, Action.Trade);
    tick.setTradeId(...wordsOf(random));
  } else if (kind === TickKind.Order) {
    tick.setSideAction(side, Action.Add);
    tick.setOrderId(...wordsOf(random));
    tick.setPriority(...wordsOf(random));
  } else {
    tick.setSideAction(side, Action.Modify);
    tick.orderCount = 1 + Math.floor(random() * 200);
    tick.level = Math.floor(random() * 50);
  }
}

function wordsOf(random: Random): [hi: number, lo: number] {
  return [Math.floor(random() * TWO_32), Math.floor(random() * TWO_32)];
}
