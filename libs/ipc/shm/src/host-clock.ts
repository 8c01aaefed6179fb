/**
 * The host's clocks. CLOCK_MONOTONIC is the same for every process of a host (time namespaces
 * apart), so it orders and measures across processes; wall time is that plus an anchor.
 */
import { addNs, stampFromBigInt } from '@tickwire/core';
import type { Clock, StampNs } from '@tickwire/core';
import { ShmError } from './errors.ts';
import { Linux, systemCalls } from './system-calls.ts';

const READINGS = 5;
const BASE_READINGS = 16;
/** A base further off than this means that the assumption below does not hold here. */
const BASE_ERROR_NS_MAX = 50_000;

/** What to add to CLOCK_MONOTONIC to have ns since the Unix epoch. */
export interface HostAnchor {
  /** u64 as high and low words. */
  readonly hi: number;
  readonly lo: number;
  /** CLOCK_MONOTONIC ns when it was taken; exact below 2^53 (104 days up), then ± 1 ns. */
  readonly monotonicNs: number;
}

/** CLOCK_REALTIME − CLOCK_MONOTONIC, the median of five readings. About 3 µs: once a second. */
export function takeClockAnchor(): HostAnchor {
  const offsets: bigint[] = [];
  for (let reading = 0; reading < READINGS; reading++) {
    const before = readClockNs(Linux.CLOCK_MONOTONIC);
    const wall = readClockNs(Linux.CLOCK_REALTIME);
    const after = readClockNs(Linux.CLOCK_MONOTONIC);
    offsets.push(wall - (before + after) / 2n);
  }
  offsets.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const median = offsets[(READINGS - 1) / 2] ?? 0n;
  return {
    ...stampFromBigInt(median),
    monotonicNs: Number(readClockNs(Linux.CLOCK_MONOTONIC)),
  };
}

/**
 * A function that reads CLOCK_MONOTONIC in ns as a number, in about 50 ns: `performance.now()`
 * counts the same clock from the start of the process, so a base measured once through the FFI
 * makes it comparable between processes. (`performance.timeOrigin` is wall time and 6–136 µs off.)
 * @throws ShmError `UNSUPPORTED` when the two clocks do not run together here.
 */
export function createMonotonicClock(): () => number {
  let baseNs = 0;
  let widthNs = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < BASE_READINGS; reading++) {
    const before = performance.now() * 1e6;
    const nowNs = Number(readClockNs(Linux.CLOCK_MONOTONIC));
    const after = performance.now() * 1e6;
    if (after - before < widthNs) {
      widthNs = after - before;
      baseNs = nowNs - (before + after) / 2;
    }
  }
  const monotonicNs = (): number => Math.round(performance.now() * 1e6 + baseNs);
  const low = Number(readClockNs(Linux.CLOCK_MONOTONIC));
  const read = monotonicNs();
  const high = Number(readClockNs(Linux.CLOCK_MONOTONIC));
  if (read < low - BASE_ERROR_NS_MAX || read > high + BASE_ERROR_NS_MAX) {
    throw new ShmError('UNSUPPORTED', 'performance.now() does not follow CLOCK_MONOTONIC here');
  }
  return monotonicNs;
}

/** A `Clock` of this host; call `refresh` once a second, so that it follows the wall clock. */
export interface HostClock extends Clock {
  /** Takes a new anchor and returns it. */
  refresh(): HostAnchor;
  readonly anchor: HostAnchor;
}

/** @throws ShmError `UNSUPPORTED`. */
export function createHostClock(): HostClock {
  const monotonicNs = createMonotonicClock();
  let anchor = takeClockAnchor();
  return {
    monotonicNs,
    wallNs(ns: number, into: StampNs): void {
      into.hi = anchor.hi;
      into.lo = anchor.lo;
      addNs(into, ns);
    },
    refresh(): HostAnchor {
      anchor = takeClockAnchor();
      return anchor;
    },
    get anchor(): HostAnchor {
      return anchor;
    },
  };
}

const timespec = new Uint8Array(16);
const timespecView = new DataView(timespec.buffer);

function readClockNs(clock: number): bigint {
  systemCalls().clockGettime(clock, timespec);
  return timespecView.getBigInt64(0, true) * 1_000_000_000n + timespecView.getBigInt64(8, true);
}
