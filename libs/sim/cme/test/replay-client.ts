/** A client of the replay service: a plain socket, texts out, packets with their length in. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { waitFor } from '@tickwire/testing';
import { Mdp3Decoders, Mdp3Packet } from '@tickwire/wire-mdp3';

const SOH = '\u0001';

/** A FIX message with its length and checksum. */
export function fixText(fields: readonly string[], head = ''): string {
  const body = fields.map((field) => `${field}${SOH}`).join('');
  const text = `${head}9=${body.length}${SOH}${body}`;
  let sum = 0;
  for (const character of text) sum += character.charCodeAt(0);
  return `${text}10=${String(sum % 256).padStart(3, '0')}${SOH}`;
}

export const LOGON = fixText(['35=A', '553=CME', '554=CME']);

export const request = (channel: number, begin: number, end: number): string =>
  fixText(['35=V', `1180=${channel}`, '262=310-1', `1182=${begin}`, `1183=${end}`]);

/** Sends texts, and gives what came until the service closed. */
export async function converse(port: number, texts: readonly string[]) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let bytes: Buffer = Buffer.alloc(0);
  let hasEnded = false;
  socket.on('data', (chunk: Buffer) => (bytes = Buffer.concat([bytes, chunk])));
  socket.on('error', () => undefined);
  socket.on('close', () => (hasEnded = true));
  for (const text of texts) socket.write(text);
  await waitFor(() => hasEnded, { what: 'the end of the session' });
  const packets: Buffer[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const end = at + 2 + bytes.readUInt16LE(at);
    packets.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return { packets, texts: packets.flatMap(logoutTexts) };
}

function logoutTexts(bytes: Buffer): string[] {
  const packet = new Mdp3Packet().wrap(bytes);
  const decoders = new Mdp3Decoders();
  const texts: string[] = [];
  while (packet.next()) {
    if (packet.templateId !== 16) continue;
    texts.push(String(decoders.decode(packet)?.toJson().fields['Text'] ?? ''));
  }
  return texts;
}
