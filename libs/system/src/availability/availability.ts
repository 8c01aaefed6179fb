/**
 * Availability of a stream: of the whole minutes of a window, those during all of which the stream
 * was live. Never one minus an error rate: a stream that is silent without saying so makes no
 * errors.
 *
 * A minute that nobody can speak for is not available either, and is counted apart: the system was
 * not running, the store lost ticks there, or no statement of the stream's state is kept.
 */
import { commonSpans, uniteSpans, withoutSpans } from './time-spans.ts';
import type { TimeSpan } from './time-spans.ts';
import { streamVerdicts } from './stream-verdicts.ts';
import type { StreamStatement, WideStatement } from './stream-verdicts.ts';

export const MINUTE_US = 60_000_000;

/** What one ring knows, as far as it is kept. */
export interface RingHistory {
  /** When its writer gave signs of life and nothing of what it wrote is missing. */
  readonly known: readonly TimeSpan[];
  readonly wide: readonly WideStatement[];
}

/** A stream's own statements in one ring. */
export interface StreamHistory {
  readonly ring: RingHistory;
  readonly own: readonly StreamStatement[];
}

/** Minutes of a window. */
export interface MinuteCounts {
  readonly whole: number;
  readonly available: number;
  /** The stream was known not to be live for a part of them. */
  readonly interrupted: number;
  /** Nobody can say for a part of them, and nothing speaks against the rest. */
  readonly unknown: number;
}

/** The whole minutes of a window: the first and the last may be cut by it. */
export function wholeMinutes(window: TimeSpan): { firstUs: number; count: number } {
  const firstUs = Math.ceil(window.fromUs / MINUTE_US) * MINUTE_US;
  const endUs = Math.floor(window.toUs / MINUTE_US) * MINUTE_US;
  return { firstUs, count: Math.max(0, (endUs - firstUs) / MINUTE_US) };
}

/**
 * Counts the minutes of one stream. Over several rings, one after the other or side by side, it is
 * live when it is live in one of them.
 */
export function countMinutes(histories: readonly StreamHistory[], window: TimeSpan): MinuteCounts {
  const parts = histories.map((history) => spansOf(history, window));
  const live = uniteSpans(...parts.map((part) => part.live));
  const notLive = withoutSpans(uniteSpans(...parts.map((part) => part.notLive)), live);
  const { firstUs, count } = wholeMinutes(window);
  const available = minutesCovered(live, { firstUs, count });
  const interrupted = minutesTouched(notLive, { firstUs, count });
  return { whole: count, available, interrupted, unknown: count - available - interrupted };
}

function spansOf(
  history: StreamHistory,
  window: TimeSpan,
): { live: TimeSpan[]; notLive: TimeSpan[] } {
  const { known, wide } = history.ring;
  const { live, notLive } = streamVerdicts({
    own: history.own,
    wide,
    sinceUs: -Infinity,
    untilUs: window.toUs,
  });
  return { live: commonSpans(live, known), notLive: commonSpans(notLive, known) };
}

/** Minutes that lie in one span as a whole: spans do not touch. */
function minutesCovered(spans: readonly TimeSpan[], minutes: { firstUs: number; count: number }) {
  let covered = 0;
  for (const { fromUs, toUs } of spans) {
    const first = Math.max(0, Math.ceil((fromUs - minutes.firstUs) / MINUTE_US));
    const end = Math.min(minutes.count, Math.floor((toUs - minutes.firstUs) / MINUTE_US));
    covered += Math.max(0, end - first);
  }
  return covered;
}

/** Minutes that a span reaches into: two spans may reach into the same one. */
function minutesTouched(spans: readonly TimeSpan[], minutes: { firstUs: number; count: number }) {
  let touched = 0;
  let next = 0;
  for (const { fromUs, toUs } of spans) {
    const first = Math.max(next, Math.floor((fromUs - minutes.firstUs) / MINUTE_US));
    const end = Math.min(minutes.count, Math.ceil((toUs - minutes.firstUs) / MINUTE_US));
    touched += Math.max(0, end - first);
    next = Math.max(next, end);
  }
  return touched;
}
