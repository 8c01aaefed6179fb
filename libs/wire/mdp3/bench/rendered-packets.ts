import {
  MDEntryTypeBook,
  MDIncrementalRefreshBook46Encoder,
  MDIncrementalRefreshOrderBook47Encoder,
  MDUpdateAction,
  OrderUpdateAction,
} from '../src/generated/index.ts';
import { Mdp3PacketWriter } from '../src/index.ts';

const PACKET_BYTES_MAX = 1_400;
const MESSAGE_BYTES_MAX = 400;
const TIME_HI = 0x1553_ab90;
const NULL_EVERY = 16;

export interface RenderedPackets {
  readonly bytes: Uint8Array;
  /** Where each packet begins; the last is where all of them end. */
  readonly starts: Uint32Array;
  readonly messages: number;
  readonly entries: number;
}

/** A seeded source of integers: the same packets on every run. */
class Dice {
  #state = 0x2545_f491;

  below(end: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 0x1_0000_0000) * end);
  }
}

class Renderer {
  readonly #instruments: number;
  readonly #dice = new Dice();
  readonly #packet = new Mdp3PacketWriter();
  readonly #book = new MDIncrementalRefreshBook46Encoder();
  readonly #orders = new MDIncrementalRefreshOrderBook47Encoder();
  #sequence = 0;
  entries = 0;

  constructor(instruments: number) {
    this.#instruments = instruments;
  }

  /** @returns how many bytes of the view the packet takes. */
  packet(view: DataView, offset: number, count: number): { bytes: number; messages: number } {
    this.#sequence += 1;
    const { sequence, end } = { sequence: this.#sequence, end: offset + PACKET_BYTES_MAX };
    const stamp = { sequence, sendingTimeHi32: TIME_HI, sendingTimeLo32: sequence };
    const packet = this.#packet.begin(view, stamp, { offset, end });
    let messages = 0;
    while (messages < count && packet.length + MESSAGE_BYTES_MAX <= PACKET_BYTES_MAX) {
      if (this.#dice.below(2) === 0) this.#writeBook();
      else this.#writeOrders();
      messages += 1;
      // Packets of one message are common, full ones are not.
      if (this.#dice.below(4) === 0) break;
    }
    return { bytes: packet.length, messages };
  }

  #writeBook(): void {
    const packet = this.#packet;
    const book = this.#book.wrap(packet.view, packet.messageAt, packet.end);
    book.setTransactTimeWords(TIME_HI, this.#dice.below(2 ** 32)).setMatchEventIndicator(0x84);
    const count = 1 + this.#dice.below(3);
    const levels = book.noMDEntries(count);
    for (let index = 0; index < count; index += 1) this.#level(levels.next());
    const orders = book.noOrderIDEntries(count);
    for (let index = 0; index < count; index += 1) {
      const order = orders.next();
      order.setOrderIDWords(0x11, this.#dice.below(2 ** 32));
      order.setMDOrderPriorityWords(0, this.#dice.below(2 ** 32));
      order.setMDDisplayQty(1 + this.#dice.below(1_000)).setReferenceID(index + 1);
      order.setOrderUpdateAction(OrderUpdateAction.New);
    }
    this.entries += 2 * count;
    packet.take(book);
  }

  #level(level: ReturnType<ReturnType<MDIncrementalRefreshBook46Encoder['noMDEntries']>['next']>) {
    const dice = this.#dice;
    const isImplied = dice.below(NULL_EVERY) === 0;
    level.mdEntryPx.setMantissaWords(0x1e3, dice.below(2 ** 32));
    level.setMDEntrySize(1 + dice.below(5_000)).setSecurityID(dice.below(this.#instruments));
    level.setRptSeq(dice.below(2 ** 32)).setNumberOfOrders(isImplied ? null : dice.below(200));
    level.setMDPriceLevel(1 + dice.below(10)).setMDUpdateAction(MDUpdateAction.Change);
    level.setMDEntryType(isImplied ? MDEntryTypeBook.ImpliedBid : MDEntryTypeBook.Offer);
  }

  #writeOrders(): void {
    const dice = this.#dice;
    const packet = this.#packet;
    const message = this.#orders.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(TIME_HI, dice.below(2 ** 32)).setMatchEventIndicator(4);
    const count = 1 + dice.below(3);
    const orders = message.noMDEntries(count);
    for (let index = 0; index < count; index += 1) {
      const order = orders.next();
      order.setOrderIDWords(0x11, dice.below(2 ** 32));
      order.setMDOrderPriorityWords(0, dice.below(2 ** 32));
      order.mdEntryPx.setMantissaWords(0xaf9, dice.below(2 ** 32));
      order.setMDDisplayQty(dice.below(NULL_EVERY) === 0 ? null : dice.below(1_000));
      order.setSecurityID(dice.below(this.#instruments));
      order.setMDUpdateAction(MDUpdateAction.New).setMDEntryType(MDEntryTypeBook.Bid);
    }
    this.entries += count;
    packet.take(message);
  }
}

/** Packets with so many messages of templates 46 and 47 in turn, instruments interleaved. */
export function renderPackets(options: {
  readonly messages: number;
  readonly instruments: number;
}): RenderedPackets {
  const renderer = new Renderer(options.instruments);
  const bytes = new Uint8Array(options.messages * 200 + PACKET_BYTES_MAX);
  const view = new DataView(bytes.buffer);
  const starts: number[] = [0];
  let at = 0;
  for (let messages = 0; messages < options.messages;) {
    const made = renderer.packet(view, at, options.messages - messages);
    messages += made.messages;
    at += made.bytes;
    starts.push(at);
  }
  const { entries } = renderer;
  const { messages } = options;
  return { bytes: bytes.subarray(0, at), starts: Uint32Array.from(starts), messages, entries };
}
