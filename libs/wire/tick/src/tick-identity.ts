/**
 * The identity of a tick, the same in every process and on every host that holds its bytes: a hash
 * of what no hop may alter. Trace and span ids are derived from it, so that processes agree on them
 * without telling each other.
 *
 * Hashed, in this order: tsEvent 8 · tsRecv 8 · sequence 4 · kind 1 · payload 32 = 53 bytes. Left
 * out is what differs between copies: the instrument's index, publishDelta, publisher, side, flags.
 * The hash is MurmurHash3 x86 128 (public domain algorithm by Austin Appleby) with seed 0.
 */
import { TICK_KIND_OFFSET } from '@tickwire/core';

const IDENTITY_BYTES = 53;
/** What each of the four words of a block is multiplied with and rotated by. */
const LANES = [
  { first: 0x239b961b, second: 0xab0e9789, turn: 15 },
  { first: 0xab0e9789, second: 0x38b34ae5, turn: 16 },
  { first: 0x38b34ae5, second: 0xa1e38b93, turn: 17 },
  { first: 0xa1e38b93, second: 0x239b961b, turn: 18 },
] as const;

/** 128 bits as four u32, most significant first. */
export type Hash128 = Uint32Array;

/** Identity of the tick at `offset` of `view`, written into `into` (4 words) and returned. */
export function tickIdentity(view: DataView, offset: number, into: Hash128): Hash128 {
  const bytes = new Uint8Array(IDENTITY_BYTES);
  const from = new Uint8Array(view.buffer, view.byteOffset + offset, 64);
  bytes.set(from.subarray(0, 16), 0);
  bytes.set(from.subarray(20, 24), 16);
  bytes[20] = from[TICK_KIND_OFFSET] ?? 0;
  bytes.set(from.subarray(32, 64), 21);
  return hash128(bytes, into);
}

/** MurmurHash3 x86 128 of `bytes`, seed 0, written into `into` (4 words) and returned. */
export function hash128(bytes: Uint8Array, into: Hash128): Hash128 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const state = into.fill(0);
  const whole = bytes.length & ~15;
  for (let at = 0; at < whole; at += 16) {
    mixBlock(state, view, at);
  }
  mixTail(state, bytes, whole);
  for (let lane = 0; lane < 4; lane++) state[lane] = (state[lane] ?? 0) ^ bytes.length;
  spread(state);
  for (let lane = 0; lane < 4; lane++) state[lane] = finish(state[lane] ?? 0);
  spread(state);
  return state;
}

/** 32 lower-case hex digits, as W3C trace context writes a trace id. */
export function hashHex(hash: Hash128): string {
  return Array.from(hash, (word) => word.toString(16).padStart(8, '0')).join('');
}

function mixBlock(h: Hash128, view: DataView, at: number): void {
  h[0] = (h[0] ?? 0) ^ scramble(view.getUint32(at, true), 0);
  h[0] = (Math.imul(rotate(h[0], 19) + (h[1] ?? 0), 5) + 0x561ccd1b) >>> 0;
  h[1] = (h[1] ?? 0) ^ scramble(view.getUint32(at + 4, true), 1);
  h[1] = (Math.imul(rotate(h[1], 17) + (h[2] ?? 0), 5) + 0x0bcaa747) >>> 0;
  h[2] = (h[2] ?? 0) ^ scramble(view.getUint32(at + 8, true), 2);
  h[2] = (Math.imul(rotate(h[2], 15) + (h[3] ?? 0), 5) + 0x96cd1c35) >>> 0;
  h[3] = (h[3] ?? 0) ^ scramble(view.getUint32(at + 12, true), 3);
  h[3] = (Math.imul(rotate(h[3], 13) + h[0], 5) + 0x32ac3b17) >>> 0;
}

function mixTail(h: Hash128, bytes: Uint8Array, from: number): void {
  const words = new Uint32Array(4);
  for (let at = from; at < bytes.length; at++) {
    const place = at - from;
    words[place >> 2] = (words[place >> 2] ?? 0) | ((bytes[at] ?? 0) << ((place & 3) * 8));
  }
  h[3] = (h[3] ?? 0) ^ scramble(words[3] ?? 0, 3);
  h[2] = (h[2] ?? 0) ^ scramble(words[2] ?? 0, 2);
  h[1] = (h[1] ?? 0) ^ scramble(words[1] ?? 0, 1);
  h[0] = (h[0] ?? 0) ^ scramble(words[0] ?? 0, 0);
}

function scramble(word: number, lane: 0 | 1 | 2 | 3): number {
  const { first, second, turn } = LANES[lane];
  return Math.imul(rotate(Math.imul(word, first), turn), second);
}

function spread(h: Hash128): void {
  h[0] = (h[0] ?? 0) + (h[1] ?? 0) + (h[2] ?? 0) + (h[3] ?? 0);
  for (let lane = 1; lane < 4; lane++) h[lane] = (h[lane] ?? 0) + h[0];
}

function finish(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
