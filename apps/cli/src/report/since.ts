/** `--since`: how far back a report goes. */
import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)\s*(s|m|h|d)$/;
/** An ISO date alone is midnight in UTC; a time without an offset would be somebody's local one. */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

export const SINCE_FORMS = 'a duration such as 15m, 24h or 7d, or a time such as 2026-01-31T08:00Z';

/**
 * ms since the Unix epoch of `15m`, `24h`, `7d` (before now) or of an ISO time.
 * @throws InvalidArgumentError for any other text, and for a time to come.
 */
export function sinceMs(text: string, nowMs: number): number {
  const trimmed = text.trim();
  const duration = DURATION.exec(trimmed);
  const ms =
    duration !== null
      ? nowMs - Number(duration[1]) * (UNIT_MS[duration[2] ?? ''] ?? Number.NaN)
      : ISO_TIME.test(trimmed)
        ? Date.parse(trimmed)
        : Number.NaN;
  if (Number.isNaN(ms) || ms < 0) throw new InvalidArgumentError(`Use ${SINCE_FORMS}.`);
  if (ms >= nowMs) throw new InvalidArgumentError('Use a time that has passed.');
  return ms;
}

/** The value of `--since` as commander wants it parsed. */
export const pastTime = (text: string): number => sinceMs(text, Date.now());
