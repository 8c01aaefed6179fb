/**
 * Sleeping on a 4-byte word of shared memory until somebody wakes it. Works on a read-only mapping,
 * so a reader needs no right to write. Each call blocks a thread: never without a timeout.
 */
import { ShmError, errnoError } from './errors.ts';
import type { SharedMemory } from './shared-file.ts';
import { Linux, systemCalls } from './system-calls.ts';

/** A thread that sleeps longer could not see that its writer died. */
export const PARK_MS_MAX = 100;

/** `futex_waitv` takes at most this many words. */
export const PARK_WORDS_MAX = 128;

/**
 * Threads of libuv's pool that may sleep here at a time. It has four unless the environment says
 * otherwise, and files, name look-ups and the store need them too.
 */
export const POOL_PARKS_MAX = 2;

const WAKE_ALL = 0x7fff_ffff;
const WAITV_BYTES = 24;
const EAGAIN = 11;
const EINTR = 4;
const ETIMEDOUT = 110;
const ENOSYS = 38;

/** `Woken`: by a wake or a signal, look again. `Changed`: the word already differed. */
export const ParkOutcome = { Woken: 0, Changed: 1, TimedOut: 2 } as const;
export type ParkOutcome = (typeof ParkOutcome)[keyof typeof ParkOutcome];

export interface FutexWord {
  readonly memory: SharedMemory;
  /** Multiple of 4, inside the memory. */
  readonly byteOffset: number;
  /** Sleeps only while the word has this value; i32. */
  readonly expected: number;
}

/** Wakes every sleeper on a word; about 0.7 µs. */
export function futexWake(memory: SharedMemory, byteOffset: number): void {
  const calls = systemCalls();
  const address = wordAddress(memory, byteOffset);
  const woken = calls.syscall(calls.futexNumber, address, Linux.FUTEX_WAKE, WAKE_ALL, null, 0, 0);
  if (woken < 0) throw errnoError('futex(FUTEX_WAKE)', calls.errno(), memory.path);
}

/**
 * Blocks this thread until the word is woken or `timeoutMs` is over.
 * @param timeoutMs - Above 0, at most 100.
 */
export function futexWait(word: FutexWord, timeoutMs: number): ParkOutcome {
  const calls = systemCalls();
  const address = wordAddress(word.memory, word.byteOffset);
  const timeout = durationOf(timeoutMs);
  const expected = word.expected >>> 0;
  const result = calls.syscall(
    calls.futexNumber,
    address,
    Linux.FUTEX_WAIT,
    expected,
    timeout,
    0,
    0,
  );
  return outcome('futex(FUTEX_WAIT)', result);
}

/** What threads of the pool read while they sleep, kept alive and mapped meanwhile. */
const poolParks = new Set<readonly object[]>();

/**
 * The same on a thread of libuv's pool, for one word or several: this thread goes on. Resolves when
 * a word is woken or changed, or the time is over, without telling which; later when the pool has
 * other work, so give what must not wait a timer of its own.
 * @param words - 1 … 128; more than one only where `canWaitAny`.
 * @returns `undefined` when enough of the pool sleeps already.
 */
export function futexWaitInPool(
  words: readonly FutexWord[],
  timeoutMs: number,
): Promise<void> | undefined {
  const calls = systemCalls();
  const [word] = words;
  if (word === undefined) throw tooMany(0);
  const address = wordAddress(word.memory, word.byteOffset);
  const list = words.length > 1 ? waitList(words) : undefined;
  const timeout = list === undefined ? durationOf(timeoutMs) : deadlineOf(timeoutMs);
  if (poolParks.size >= POOL_PARKS_MAX) return undefined;
  const used = [timeout, list ?? timeout, ...words.map(({ memory }) => memory.buffer)];
  poolParks.add(used);
  return new Promise((resolve) => {
    const done = (): void => {
      poolParks.delete(used);
      resolve();
    };
    const { futexNumber, futexWaitvNumber } = calls;
    const expected = word.expected >>> 0;
    if (list === undefined) {
      const operation = Linux.FUTEX_WAIT;
      calls.syscallInPool(futexNumber, address, operation, expected, timeout, 0, 0, done);
      return;
    }
    const clock = Linux.CLOCK_MONOTONIC;
    calls.syscallOnBytesInPool(futexWaitvNumber, list, words.length, 0, timeout, clock, 0, done);
  });
}

/**
 * The same for several words, of one or several memories: woken by any of them.
 * @param words - 1 … 128.
 * @throws ShmError `UNSUPPORTED` on kernels before 5.16: wait on one word with a short timeout.
 */
export function futexWaitAny(words: readonly FutexWord[], timeoutMs: number): ParkOutcome {
  const calls = systemCalls();
  const result = calls.syscallOnBytes(
    calls.futexWaitvNumber,
    waitList(words),
    words.length,
    0,
    deadlineOf(timeoutMs),
    Linux.CLOCK_MONOTONIC,
    0,
  );
  return outcome('futex_waitv', result);
}

let knowsWaitAny: boolean | undefined;

/** Whether this kernel can wait for several words at once (Linux 5.16 and later). */
export function canWaitAny(): boolean {
  if (knowsWaitAny === undefined) {
    const calls = systemCalls();
    // No words at all: EINVAL where the call exists.
    const list = new Uint8Array(WAITV_BYTES);
    calls.syscallOnBytes(calls.futexWaitvNumber, list, 0, 0, null, Linux.CLOCK_MONOTONIC, 0);
    knowsWaitAny = calls.errno() !== ENOSYS;
  }
  return knowsWaitAny;
}

/** An array of `struct futex_waitv`: value u64, address u64, flags u32, 4 reserved. */
function waitList(words: readonly FutexWord[]): Uint8Array {
  if (words.length < 1 || words.length > PARK_WORDS_MAX) throw tooMany(words.length);
  // A buffer of its own does not move, see `durationOf`.
  const list = new Uint8Array(new ArrayBuffer(words.length * WAITV_BYTES));
  const view = new DataView(list.buffer);
  words.forEach((word, index) => {
    const at = index * WAITV_BYTES;
    view.setBigUint64(at, BigInt(word.expected >>> 0), true);
    view.setBigUint64(at + 8, BigInt(wordAddress(word.memory, word.byteOffset)), true);
    view.setUint32(at + 16, Linux.FUTEX2_SIZE_U32, true);
  });
  return list;
}

/** The timeout of `futex_waitv` is a point in time. */
function deadlineOf(timeoutMs: number): Uint8Array {
  return durationOf(timeoutMs, readClock(Linux.CLOCK_MONOTONIC));
}

function tooMany(words: number): ShmError {
  const message = `waiting on ${words} words: 1 to ${PARK_WORDS_MAX} can be`;
  return new ShmError('BAD_ARGUMENT', message);
}

function outcome(call: string, result: number): ParkOutcome {
  if (result >= 0) return ParkOutcome.Woken;
  const errno = systemCalls().errno();
  if (errno === EAGAIN) return ParkOutcome.Changed;
  if (errno === EINTR) return ParkOutcome.Woken;
  if (errno === ETIMEDOUT) return ParkOutcome.TimedOut;
  if (errno === ENOSYS) throw new ShmError('UNSUPPORTED', `this kernel has no ${call}`);
  throw errnoError(call, errno);
}

function wordAddress(memory: SharedMemory, byteOffset: number): number | bigint {
  const inside = byteOffset >= 0 && byteOffset + 4 <= memory.bytes && byteOffset % 4 === 0;
  if (!inside) throw new ShmError('BAD_ARGUMENT', `no futex word at byte ${byteOffset}`);
  const { address } = memory;
  return typeof address === 'bigint' ? address + BigInt(byteOffset) : address + byteOffset;
}

/** A `timespec` of `timeoutMs`, after `from` if given. */
function durationOf(timeoutMs: number, from = 0n): Uint8Array {
  if (!(timeoutMs > 0 && timeoutMs <= PARK_MS_MAX)) {
    throw new ShmError(
      'BAD_ARGUMENT',
      `a timeout of ${timeoutMs} ms, allowed is up to ${PARK_MS_MAX}`,
    );
  }
  const ns = from + BigInt(Math.round(timeoutMs * 1e6));
  // A buffer of its own does not move, as a small array can while a thread of the pool reads it.
  const bytes = new Uint8Array(new ArrayBuffer(16));
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, ns / 1_000_000_000n, true);
  view.setBigInt64(8, ns % 1_000_000_000n, true);
  return bytes;
}

function readClock(clock: number): bigint {
  const bytes = new Uint8Array(16);
  systemCalls().clockGettime(clock, bytes);
  const view = new DataView(bytes.buffer);
  return view.getBigInt64(0, true) * 1_000_000_000n + view.getBigInt64(8, true);
}
