/**
 * A feed that says the same again and again: definitions, snapshots. Its packets are numbered from
 * 1 in every round. What is in a round is decided when it begins; each report is of the moment at
 * which it is written.
 */
import type { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import type { Market } from '../exchange/market.ts';
import { PACKET_BYTES_MAX } from './packet-stream.ts';
import type { PacketStream } from './packet-stream.ts';

export interface ReportContext {
  /** ns since the exchange began. */
  readonly atNs: number;
  /** TotNumReports (tag 911): instruments in the round. */
  readonly total: number;
}

/** Writes the messages of one instrument. */
export interface ReportWriter {
  /** MsgSize of each of its messages, in order. */
  sizes(market: Market): readonly number[];
  /** Writes one of them; `index` counts from 0. */
  write(packet: Mdp3PacketWriter, market: Market, of: ReportContext & { index: number }): void;
}

export class ReportLoop {
  readonly #stream: PacketStream;
  readonly #writer: ReportWriter;
  readonly #list: () => readonly Market[];
  #round: readonly Market[] = [];
  #at = 0;
  /** Rounds that were finished. */
  rounds = 0;

  /** @param of.list - What a round that begins now has to tell. */
  constructor(of: {
    readonly stream: PacketStream;
    readonly writer: ReportWriter;
    readonly list: () => readonly Market[];
  }) {
    this.#stream = of.stream;
    this.#writer = of.writer;
    this.#list = of.list;
  }

  /**
   * Sends the next packet of the round, or as many as the next instrument takes. Nothing when there
   * is nothing to tell.
   */
  step(atNs: number): void {
    if (this.#at === 0) {
      this.#round = this.#list();
      this.#stream.restart();
      if (this.#round.length === 0) return;
    }
    do {
      this.#report(this.#round[this.#at]!, atNs);
      this.#at += 1;
    } while (this.#at < this.#round.length && this.#fits(this.#round[this.#at]!));
    this.#stream.end();
    if (this.#at < this.#round.length) return;
    this.#at = 0;
    this.rounds += 1;
  }

  /** The round that was begun is not finished; the next step begins another one. */
  abandon(): void {
    this.#at = 0;
  }

  #report(market: Market, atNs: number): void {
    const context = { atNs, total: this.#round.length };
    const sizes = this.#writer.sizes(market);
    for (let index = 0; index < sizes.length; index += 1) {
      const packet = this.#stream.room(sizes[index]!, atNs);
      this.#writer.write(packet, market, { ...context, index });
    }
  }

  #fits(market: Market): boolean {
    const sizes = this.#writer.sizes(market);
    return sizes.length === 1 && this.#stream.writer.length + sizes[0]! <= PACKET_BYTES_MAX;
  }
}
