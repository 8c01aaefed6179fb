/** Packets of the replay service's own: login and logout, numbered within their session. */
import { stampFromMs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import { AdminLogin15Encoder, AdminLogout16Encoder } from '@tickwire/wire-mdp3/messages';

/** Bytes that the text of a logout has room for. */
const TEXT_BYTES = 180;
const PACKET_BYTES = 256;
const HEARTBEAT_SECONDS = 30;

export class SessionPackets {
  readonly #writer = new Mdp3PacketWriter();
  readonly #epochMs: () => number;
  readonly #time: StampNs = { hi: 0, lo: 0 };
  #sequence = 0;

  /** @param epochMs - ms since the Unix epoch, the venue's clock. */
  constructor(epochMs: () => number) {
    this.#epochMs = epochMs;
  }

  login(): Uint8Array {
    const packet = this.#begin();
    const message = new AdminLogin15Encoder();
    message.wrap(packet.view, packet.messageAt, packet.end).setHeartBtInt(HEARTBEAT_SECONDS);
    return this.#end(packet.take(message));
  }

  /** @param text - Why; empty when all was done. */
  logout(text: string): Uint8Array {
    const packet = this.#begin();
    const message = new AdminLogout16Encoder();
    message.wrap(packet.view, packet.messageAt, packet.end).setText(text.slice(0, TEXT_BYTES));
    return this.#end(packet.take(message));
  }

  #begin(): Mdp3PacketWriter {
    this.#sequence += 1;
    stampFromMs(this.#epochMs(), this.#time);
    return this.#writer.begin(new DataView(new ArrayBuffer(PACKET_BYTES)), {
      sequence: this.#sequence,
      sendingTimeHi32: this.#time.hi,
      sendingTimeLo32: this.#time.lo,
    });
  }

  #end(packet: Mdp3PacketWriter): Uint8Array {
    return new Uint8Array(packet.view.buffer, 0, packet.length);
  }
}
