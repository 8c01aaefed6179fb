import { DepthCode, OrderUpdate } from '@tickwire/domain-depth';
import type {
  SnapshotFullRefreshOrderBook44Decoder,
  SnapshotFullRefreshOrderBook53Decoder,
} from '@tickwire/wire-mdp3/messages';
import type { BookPublisher } from './book-publisher.ts';
import type { FeedLoop } from './feed-loop.ts';
import type { CmeInstrument } from './instrument.ts';
import type { Instruments } from './instruments.ts';
import { Pass } from './pass.ts';
import { priceOf } from './prices.ts';
import type { SnapshotTarget } from './snapshot-messages.ts';
import type { CmeTallies } from './tallies.ts';

export type OrderSnapshotMessage =
  SnapshotFullRefreshOrderBook44Decoder | SnapshotFullRefreshOrderBook53Decoder;

/** MDEntryType (tag 269). */
const BID = 0x30;

/**
 * SnapshotFullRefreshOrderBook: all orders of an instrument, in chunks that come one after the
 * other. They are complete, or nothing: a chunk that is missing leaves the book to the next loop.
 */
export class OrderSnapshotMessages {
  readonly #parts: {
    readonly instruments: Instruments;
    readonly loop: FeedLoop;
    readonly target: SnapshotTarget;
    readonly books: BookPublisher;
    readonly tallies: CmeTallies;
  };
  readonly #order = new OrderUpdate();
  /** Whose chunks are being read, how many there are, which is next, and of when they are. */
  #instrument: CmeInstrument | undefined = undefined;
  #securityId = 0;
  #chunks = 0;
  #next = 1;
  #sequence = 0;

  constructor(parts: {
    instruments: Instruments;
    loop: FeedLoop;
    target: SnapshotTarget;
    books: BookPublisher;
    tallies: CmeTallies;
  }) {
    this.#parts = parts;
  }

  /** @param scale - From the mantissas of the message to those of 1e-9. */
  read(message: OrderSnapshotMessage, scale: number): void {
    if (message.currentChunk === 1) this.#begin(message);
    else if (!this.#continues(message)) {
      this.#dropChunks();
      return;
    }
    // A reset of the channel made it right meanwhile.
    if (this.#instrument?.orders?.condition.isLive === true) this.#instrument = undefined;
    if (this.#instrument !== undefined) this.#orders(this.#instrument, message, scale);
    this.#next += 1;
    if (this.#next <= this.#chunks) return;
    const report = { securityId: this.#securityId, sequence: this.#sequence };
    this.#parts.loop.reported({ ...report, total: message.totNumReports });
    this.#end();
  }

  /**
   * Of an instrument that a whole loop left out: it has no orders.
   * @param sequence - Of the loop's oldest snapshot.
   */
  loadEmpty(instrument: CmeInstrument, sequence: number): void {
    const { orders } = instrument;
    if (orders === undefined || orders.condition.isLive) return;
    if (!this.#isWanted(instrument, sequence)) return;
    orders.beginSnapshot();
    this.#load(instrument, sequence);
  }

  /** What was read of an instrument so far is of no use: its next chunk did not come. */
  #dropChunks(): void {
    if (this.#instrument !== undefined) this.#parts.tallies.brokenChunks.add(1);
    this.#instrument = undefined;
    this.#chunks = 0;
  }

  #begin(message: OrderSnapshotMessage): void {
    this.#dropChunks();
    const { instruments, tallies } = this.#parts;
    this.#securityId = message.securityID;
    this.#chunks = message.noChunks;
    this.#next = 1;
    this.#sequence = message.lastMsgSeqNumProcessed;
    const instrument = instruments.find(message.securityID);
    if (instrument?.orders === undefined || instrument.orders.condition.isLive) return;
    if (!this.#isWanted(instrument, this.#sequence)) {
      tallies.snapshotsTooOld.add(1);
      return;
    }
    instrument.orders.beginSnapshot();
    this.#instrument = instrument;
  }

  #isWanted(instrument: CmeInstrument, sequence: number): boolean {
    const { target } = this.#parts;
    return sequence >= target.floor && sequence >= instrument.floor;
  }

  #continues(message: OrderSnapshotMessage): boolean {
    return (
      message.securityID === this.#securityId &&
      message.noChunks === this.#chunks &&
      message.currentChunk === this.#next &&
      message.lastMsgSeqNumProcessed === this.#sequence
    );
  }

  #orders(instrument: CmeInstrument, message: OrderSnapshotMessage, scale: number): void {
    const order = this.#order;
    const entries = message.noMDEntries();
    while (entries.next()) {
      order.securityId = instrument.securityId;
      order.isBid = entries.mdEntryType === BID;
      order.price = priceOf(entries.mdEntryPx.mantissa, scale);
      order.size = entries.mdDisplayQty;
      order.idHi = entries.orderIDHi32;
      order.idLo = entries.orderIDLo32;
      order.priorityHi = entries.mdOrderPriorityHi32;
      order.priorityLo = entries.mdOrderPriorityLo32;
      instrument.orders?.addSnapshotOrder(order);
    }
  }

  #end(): void {
    const instrument = this.#instrument;
    this.#instrument = undefined;
    this.#chunks = 0;
    if (instrument !== undefined) this.#load(instrument, this.#sequence);
  }

  #load(instrument: CmeInstrument, sequence: number): void {
    const { target, books, tallies } = this.#parts;
    // More packets may have been lost since its first chunk.
    if (!this.#isWanted(instrument, sequence)) return;
    if (instrument.orders?.endSnapshot() !== DepthCode.Refreshed) return;
    tallies.snapshots.add(1);
    target.snapshotUsed(instrument, sequence);
    instrument.orderSnapshotSequence = sequence;
    target.catchUp(instrument, sequence, Pass.AfterOrderSnapshot);
    if (!instrument.isTouched) books.endInstrument(instrument);
  }
}
