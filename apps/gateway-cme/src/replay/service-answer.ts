import { SIZE_BYTES, UDP_HEADER_BYTES } from '@tickwire/wire-mdp3';

/** Templates of the session, the same in all versions: AdminLogin15 and AdminLogout16. */
const LOGON_TEMPLATE = 15;
const LOGOUT_TEMPLATE = 16;
const BLOCK_LENGTH_AT = UDP_HEADER_BYTES + SIZE_BYTES;
const TEMPLATE_AT = BLOCK_LENGTH_AT + 2;
const ROOT_AT = BLOCK_LENGTH_AT + 8;
/** `Text` of AdminLogout16: all of its root block. */
const LOGOUT_TEXT_BYTES_MAX = 180;

export type ServiceAnswer =
  | { readonly kind: 'logon' }
  | { readonly kind: 'logout'; readonly text: string }
  | { readonly kind: 'data'; readonly sequence: number };

/** What a packet of the service (12 bytes at least) is, by the template of its first message. */
export function answerOf(bytes: Uint8Array, place: { start: number; end: number }): ServiceAnswer {
  const { start, end } = place;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  const template = view.byteLength < ROOT_AT ? 0 : view.getUint16(TEMPLATE_AT, true);
  if (template === LOGON_TEMPLATE) return { kind: 'logon' };
  if (template === LOGOUT_TEMPLATE) return { kind: 'logout', text: logoutReason(view) };
  return { kind: 'data', sequence: view.getUint32(0, true) };
}

function logoutReason(view: DataView): string {
  const blockLength = Math.min(view.getUint16(BLOCK_LENGTH_AT, true), LOGOUT_TEXT_BYTES_MAX);
  const bytes = Math.min(blockLength, view.byteLength - ROOT_AT);
  const text = Buffer.from(view.buffer, view.byteOffset + ROOT_AT, bytes).toString('latin1');
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).replace(/[^\x20-\x7e]/g, '?').trim();
}
