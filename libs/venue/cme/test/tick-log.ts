/** A channel without recovery feeds that is given messages by hand, and what becomes of them. */
import { createLegPacket } from '@tickwire/domain-arbitration';
import type { DirectoryEntry, NewDirectoryEntry } from '@tickwire/core';
import { TICK_BYTES } from '@tickwire/core';
import type { OrderBookOptions } from '@tickwire/domain-depth';
import type { FeedSink } from '@tickwire/domain-feed';
import { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import type { MessageEncoder } from '@tickwire/wire-sbe';
import { TickView, describeTick } from '@tickwire/wire-tick';
import type { TickBatch, TickJson } from '@tickwire/wire-tick';
import { CmeChannel, createTallies } from '../src/index.ts';
import { WALL_START, wallAt } from './packet-encoder.ts';

const PACKET_BYTES = 4_096;

/** Writes one message at the place of the writer. */
export type WriteMessage = (packet: Mdp3PacketWriter) => MessageEncoder;

export class TickLog implements FeedSink {
  readonly entries: DirectoryEntry[] = [];
  readonly ticks: TickJson[] = [];
  readonly channel: CmeChannel;
  readonly count: (name: string) => number;
  capacity = 64;
  #sequence = 0;
  readonly #packet = createLegPacket();

  constructor(options: { orders?: OrderBookOptions } = {}) {
    const { tallies, value } = createTallies();
    this.count = value;
    this.channel = new CmeChannel({
      ...{ channel: 310, sink: this, tallies, startNs: 0, startWall: WALL_START, feeds: [] },
      ...(options.orders && { orders: options.orders }),
      doors: { join: () => undefined, leave: () => undefined, requestReplay: () => undefined },
    });
  }

  publish(batch: TickBatch): void {
    for (let at = 0; at < batch.count; at++) {
      const tick = new TickView().wrap(batch.view, at * TICK_BYTES);
      this.ticks.push(describeTick(tick, this.entries[tick.instrument]));
    }
  }

  define(entry: NewDirectoryEntry): number | undefined {
    if (this.entries.length >= this.capacity) return undefined;
    this.entries.push({ ...entry, index: this.entries.length });
    return this.entries.length - 1;
  }

  /** One packet of these messages. @returns The ticks that it made, without what all have. */
  send(messages: readonly WriteMessage[], version?: number): Record<string, unknown>[] {
    const bytes = new Uint8Array(PACKET_BYTES);
    this.#sequence += 1;
    const nowNs = this.#sequence * 1e6;
    const wall = wallAt(nowNs);
    const { hi: sendingTimeHi32, lo: sendingTimeLo32 } = wall;
    const stamp = { sequence: this.#sequence, sendingTimeHi32, sendingTimeLo32 };
    const writer = new Mdp3PacketWriter().begin(new DataView(bytes.buffer), stamp);
    for (const write of messages) writer.take(write(writer), version);
    Object.assign(this.#packet, { sequence: this.#sequence, bytes, end: writer.length });
    Object.assign(this.#packet, { recvNs: nowNs, recvWall: wall });
    const before = this.ticks.length;
    this.channel.incremental(this.#packet);
    return this.ticks.slice(before).map(shortForm);
  }

  /** The ticks of an image that is asked for. */
  asked(symbol: string): Record<string, unknown>[] {
    const before = this.ticks.length;
    this.channel.writeImage(symbol, { ticksMax: 100 });
    return this.ticks.slice(before).map(shortForm);
  }
}

const COMMON = new Set(['vendor', 'venue', 'tsEvent', 'tsRecv', 'publishDeltaNs', 'publisher']);

function shortForm(tick: TickJson): Record<string, unknown> {
  const rows = Object.entries(tick).filter(([key, value]) => {
    return !COMMON.has(key) && key !== 'instrument' && key !== 'sequence' && value !== undefined;
  });
  return Object.fromEntries(rows);
}
