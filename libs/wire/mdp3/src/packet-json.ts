import { SbeError, uint64Json } from '@tickwire/wire-sbe';
import type { MessageJson, UnknownMessageJson } from '@tickwire/wire-sbe';
import type { Mdp3Error } from './errors.ts';
import { ENCODING_TYPE, TCP_HEADER_BYTES, UDP_HEADER_BYTES } from './framing.ts';
import type { Mdp3Framing } from './framing.ts';
import { Mdp3Packet } from './mdp3-packet.ts';

/** Shows a message that lies from `offset`, where its SBE header is, to before `end`. */
export type DescribeMessage = (
  view: DataView,
  offset: number,
  end: number,
) => MessageJson | UnknownMessageJson;

/** Why the rest of a payload could not be read. */
export interface PacketProblem {
  readonly code: string;
  /** From the first byte of the payload. */
  readonly offset: number;
  readonly message: string;
}

export type PacketMessageJson = (MessageJson | UnknownMessageJson) & {
  readonly messageSize: number;
};

interface PacketBody {
  readonly payloadBytes: number;
  /** ns since the Unix epoch; text above 2^53. */
  readonly sendingTime: number | string;
  readonly messages: readonly PacketMessageJson[];
  /** Left out when the packet is whole. */
  readonly error?: PacketProblem;
}

export type PacketJson =
  | ({ readonly transport: 'udp'; readonly packetSequenceNumber: number } & PacketBody)
  | ({
      readonly transport: 'tcp';
      readonly encodingType: number;
      readonly messageSequenceNumber: number;
    } & PacketBody);

export interface DescribedPayload {
  /** One a header: one a UDP packet, one a message of the TCP framing. */
  readonly packets: readonly PacketJson[];
  readonly problem: PacketProblem | undefined;
}

/**
 * Everything in the payload of a datagram or of a TCP segment, as JSON. What stands before
 * something that cannot be read is shown; behind it nothing is.
 */
export function describePackets(
  payload: Uint8Array,
  options: { readonly framing: Mdp3Framing; readonly describe: DescribeMessage },
): DescribedPayload {
  // A buffer of its own, so that offsets of errors count from the first byte of the payload.
  const packet = new Mdp3Packet(options.framing).wrap(payload.slice());
  const reader = new PayloadReader(packet, options.describe);
  return options.framing === 'udp' ? reader.datagram(payload.length) : reader.segment();
}

class PayloadReader {
  readonly #packet: Mdp3Packet;
  readonly #describe: DescribeMessage;
  #problem: PacketProblem | undefined;

  constructor(packet: Mdp3Packet, describe: DescribeMessage) {
    this.#packet = packet;
    this.#describe = describe;
  }

  datagram(payloadBytes: number): DescribedPayload {
    const packet = this.#packet;
    const messages: PacketMessageJson[] = [];
    while (this.#problem === undefined && packet.next()) messages.push(...this.#message());
    this.#problem ??= problemOf(packet.error());
    if (payloadBytes < UDP_HEADER_BYTES) return { packets: [], problem: this.#problem };
    const json: PacketJson = {
      transport: 'udp',
      payloadBytes,
      packetSequenceNumber: packet.sequence,
      ...this.#body(messages),
    };
    return { packets: [json], problem: this.#problem };
  }

  segment(): DescribedPayload {
    const packet = this.#packet;
    const packets: PacketJson[] = [];
    while (this.#problem === undefined && packet.next()) {
      const messages = this.#message();
      packets.push({
        transport: 'tcp',
        payloadBytes: TCP_HEADER_BYTES + packet.size,
        encodingType: ENCODING_TYPE,
        messageSequenceNumber: packet.sequence,
        ...this.#body(messages),
      });
    }
    return { packets, problem: this.#problem ?? problemOf(packet.error()) };
  }

  /** The message that the packet stands on; none when it is bad, and then there is a problem. */
  #message(): PacketMessageJson[] {
    const packet = this.#packet;
    try {
      const json = this.#describe(packet.view, packet.offset, packet.end);
      return [{ ...json, messageSize: packet.size }];
    } catch (error) {
      if (!(error instanceof SbeError)) throw error;
      this.#problem = problemOf(error);
      return [];
    }
  }

  #body(messages: readonly PacketMessageJson[]) {
    const { sendingTimeHi32, sendingTimeLo32 } = this.#packet;
    const error = this.#problem;
    return {
      sendingTime: uint64Json(sendingTimeHi32, sendingTimeLo32),
      messages,
      ...(error === undefined ? {} : { error }),
    };
  }
}

function problemOf(error: Mdp3Error | SbeError | undefined): PacketProblem | undefined {
  if (error === undefined) return undefined;
  const { code, offset, message } = error;
  return { code, offset, message };
}
