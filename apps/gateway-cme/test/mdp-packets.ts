// Packets as tests need them: a header, and one message of a template with a filled root block.

export interface TestPacket {
  readonly sequence: number;
  readonly template: number;
  readonly root?: Uint8Array;
}

/** MsgSeqNum, SendingTime, and one message. */
export function mdpPacket({
  sequence,
  template,
  root = new Uint8Array(11),
}: TestPacket): Uint8Array {
  const bytes = Buffer.alloc(12 + 10 + root.length);
  bytes.writeUInt32LE(sequence, 0);
  bytes.writeBigUInt64LE(1_700_000_000_000_000_000n + BigInt(sequence), 4);
  bytes.writeUInt16LE(10 + root.length, 12);
  bytes.writeUInt16LE(root.length, 14);
  bytes.writeUInt16LE(template, 16);
  bytes.writeUInt16LE(1, 18);
  bytes.writeUInt16LE(9, 20);
  bytes.set(root, 22);
  return bytes;
}

export const logonPacket = (): Uint8Array =>
  mdpPacket({ sequence: 1, template: 15, root: new Uint8Array(1) });

export function logoutPacket(text: string): Uint8Array {
  const root = Buffer.alloc(180);
  root.write(text, 'latin1');
  return mdpPacket({ sequence: 2, template: 16, root });
}

/** Behind its size, two bytes. */
export function sized(packet: Uint8Array): Uint8Array {
  const size = Buffer.alloc(2);
  size.writeUInt16LE(packet.length);
  return Buffer.concat([size, packet]);
}

/** Behind the encoding type 0xCAFE. */
export function tcpFramed(packet: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(0xfe, 0xca), packet]);
}
