/**
 * What waits for one client. Bounded in bytes and in messages; when either is reached:
 *
 *   1. of states (quotes, levels, status) only the newest of each instrument stays: `conflated`
 *   2. then the oldest batches go, until half of the bound is free: `overflow`
 *
 * Every message has a number, given when it is put in, so a client sees any hole; where messages
 * were dropped, a `lost` message says how much and which numbers. Answers to the client itself are
 * never dropped: too many of them end it (`isHopeless`).
 *
 *   in = out + dropped{conflated, overflow, closed} + inFlight, counted in items, at any moment
 */
import type { DeliveryHop } from './delivery-hop.ts';
import { SharedBatch } from './shared-batch.ts';

export interface QueueLimits {
  readonly bytesMax: number;
  readonly messagesMax: number;
}

/** One message for the wire: `head` and `body` after one another; `count` items of it. */
export interface WireMessage {
  readonly head: string;
  readonly body: Buffer | undefined;
  readonly count: number;
}

/** Ticks that the api itself did not get: overwritten before it read them. */
export interface UpstreamLoss {
  readonly ring: string;
  readonly ringId: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

interface BatchEntry {
  readonly kind: 'batch';
  readonly seq: number;
  readonly id: string;
  batch: SharedBatch;
  conflated: number;
}
interface NoteEntry {
  readonly kind: 'note';
  readonly seq: number;
  /** JSON object without its opening brace. */
  readonly text: string;
}
interface HoleEntry {
  readonly kind: 'hole';
  readonly fromSeq: number;
  seq: number;
  overflow: number;
  conflated: number;
}
type Entry = BatchEntry | NoteEntry | HoleEntry;

const ENVELOPE_BYTES = 96;
/** Answers and notices that may wait; a client that lets so many lie does not read. */
const NOTES_MAX = 256;

export class ClientQueue {
  readonly #limits: QueueLimits;
  readonly #hop: DeliveryHop;
  #entries: Entry[] = [];
  #first = 0;
  #bytes = 0;
  #notes = 0;
  #seq = 0;

  constructor(limits: QueueLimits, hop: DeliveryHop) {
    this.#limits = limits;
    this.#hop = hop;
  }

  get length(): number {
    return this.#entries.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** More answers wait than any client needs: cut it. */
  get isHopeless(): boolean {
    return this.#notes > NOTES_MAX;
  }

  /** Items that wait, by a count over them: for checks. */
  get itemCount(): number {
    let sum = 0;
    for (let at = this.#first; at < this.#entries.length; at++) sum += itemsOf(this.#entries[at]);
    return sum;
  }

  /** Puts in what a subscription of the client gets. */
  push(id: string, batch: SharedBatch): void {
    this.#hop.enter(batch.count);
    this.#add({ kind: 'batch', seq: ++this.#seq, id, batch, conflated: 0 });
  }

  /** Puts in an answer or a notice. */
  note(message: Readonly<Record<string, unknown>>): void {
    this.#notes++;
    this.#add({ kind: 'note', seq: ++this.#seq, text: JSON.stringify(message).slice(1) });
  }

  /** The next message; the caller says `hop.leave` once it is with the operating system. */
  next(): WireMessage | undefined {
    const entry = this.#entries[this.#first];
    if (entry === undefined) return undefined;
    this.#first++;
    this.#bytes -= bytesOf(entry);
    if (entry.kind === 'note') this.#notes--;
    if (this.#first > 64 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return toWire(entry);
  }

  /** The client is gone: what waited for it is dropped. */
  clear(): void {
    this.#hop.drop('closed', this.itemCount);
    this.#entries = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#notes = 0;
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += bytesOf(entry);
    const { bytesMax, messagesMax } = this.#limits;
    if (this.#bytes > bytesMax || this.length > messagesMax) this.#relieve();
  }

  /** Makes room for half the bound, so that this work is done once per many messages. */
  #relieve(): void {
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
    this.#conflate();
    this.#dropOldest();
  }

  #conflate(): void {
    const seen = new Set<string>();
    for (let at = this.#entries.length - 1; at >= 0; at--) {
      const entry = this.#entries[at];
      if (entry?.kind !== 'batch') continue;
      const kept = newestOnly(entry, seen);
      const gone = entry.batch.count - kept.length;
      if (gone === 0) continue;
      this.#hop.drop('conflated', gone);
      entry.conflated += gone;
      entry.batch = new SharedBatch(entry.batch.channel, kept);
    }
    this.#replace((entry) =>
      itemsOf(entry) === 0 && entry.kind === 'batch' ? hole(entry) : entry,
    );
  }

  #dropOldest(): void {
    const { bytesMax, messagesMax } = this.#limits;
    let bytes = this.#bytes;
    let messages = this.length;
    this.#replace((entry) => {
      if (entry.kind !== 'batch') return entry;
      if (bytes <= bytesMax / 2 && messages <= messagesMax / 2) return entry;
      bytes -= bytesOf(entry);
      messages--;
      this.#hop.drop('overflow', entry.batch.count);
      return { ...hole(entry), overflow: entry.batch.count };
    });
  }

  /** Rewrites the entries; neighbouring holes become one. */
  #replace(rewrite: (entry: Entry) => Entry): void {
    const before = this.#entries;
    this.#entries = [];
    for (const entry of before) {
      const next = rewrite(entry);
      const last = this.#entries.at(-1);
      if (next.kind === 'hole' && last?.kind === 'hole') {
        last.seq = next.seq;
        last.overflow += next.overflow;
        last.conflated += next.conflated;
      } else this.#entries.push(next);
    }
    this.#bytes = this.#entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  }
}

function newestOnly(entry: BatchEntry, seen: Set<string>): SharedBatch['items'] {
  const kept: SharedBatch['items'][number][] = [];
  for (let at = entry.batch.items.length - 1; at >= 0; at--) {
    const item = entry.batch.items[at];
    if (item === undefined) continue;
    if (item.stateKey !== undefined) {
      const key = `${entry.id} ${item.stateKey}`;
      if (seen.has(key)) continue;
      seen.add(key);
    }
    kept.push(item);
  }
  return kept.reverse();
}

const hole = ({ seq, conflated }: BatchEntry): HoleEntry => ({
  kind: 'hole',
  fromSeq: seq,
  seq,
  overflow: 0,
  conflated,
});

const itemsOf = (entry: Entry | undefined): number =>
  entry?.kind === 'batch' ? entry.batch.count : 0;

function bytesOf(entry: Entry): number {
  if (entry.kind === 'batch') return entry.batch.body.length + ENVELOPE_BYTES;
  return entry.kind === 'note' ? entry.text.length + ENVELOPE_BYTES : ENVELOPE_BYTES;
}

function toWire(entry: Entry): WireMessage {
  const { seq } = entry;
  switch (entry.kind) {
    case 'note':
      return { head: `{"seq":${seq},${entry.text}`, body: undefined, count: 0 };
    case 'hole': {
      const { fromSeq, overflow, conflated } = entry;
      const count = overflow + conflated;
      const lost = { type: 'lost', count, fromSeq, overflow, conflated };
      return {
        head: `{"seq":${seq},${JSON.stringify(lost).slice(1)}`,
        body: undefined,
        count: 0,
      };
    }
    case 'batch': {
      const { id, batch, conflated } = entry;
      const note = conflated === 0 ? '' : `"conflated":${conflated},`;
      const of = `"type":"${batch.channel}","id":${JSON.stringify(id)}`;
      const head = `{"seq":${seq},${of},${note}"data":`;
      return { head, body: batch.body, count: batch.count };
    }
  }
}
