/**
 * The subjects of the bus. Every name that comes from a vendor or a configuration is escaped, so it
 * can neither add a token nor a wildcard.
 */
import { escapeName } from '@tickwire/core';

export interface BarSubject {
  /** Length of the bar, ms. */
  readonly intervalMs: number;
  readonly venue: string;
  readonly symbol: string;
}

/** `bar.<interval>.<venue>.<symbol>`: the interval as `1s`, `60s`, `250ms`. */
export function barSubject({ intervalMs, venue, symbol }: BarSubject): string {
  return `bar.${intervalName(intervalMs)}.${escapeName(venue)}.${escapeName(symbol)}`;
}

/** All bars, or those of one interval. */
export function barWildcard(intervalMs?: number): string {
  return intervalMs === undefined ? 'bar.>' : `bar.${intervalName(intervalMs)}.>`;
}

export const healthSubject = (service: string, instance: string): string =>
  `health.${escapeName(service)}.${escapeName(instance)}`;

export const controlSubject = (service: string, verb: string): string =>
  `control.${escapeName(service)}.${escapeName(verb)}`;

export const gapSubject = (vendor: string): string => `gap.${escapeName(vendor)}`;

export const ticksSubject = (host: string, ring: string): string =>
  `ticks.${escapeName(host)}.${escapeName(ring)}`;

/** Whole seconds as `60s`, anything else as `250ms`. */
export function intervalName(intervalMs: number): string {
  return intervalMs % 1000 === 0 ? `${intervalMs / 1000}s` : `${intervalMs}ms`;
}

const TOKENS_MAX = 64;
const SUBJECT_BYTES_MAX = 1024;
// Not \s: a subject may be UTF-8 seen byte by byte, where 0xA0 is part of a letter.
const BLANK = /[ \t\r\n\0]/;

/** Whether `subject` may be published to: up to 64 tokens without blanks or wildcards. */
export function isPublishSubject(subject: string): boolean {
  return isSubscribeSubject(subject) && !subject.split('.').some((t) => t === '*' || t === '>');
}

/** Whether `subject` may be subscribed to: `*` is a whole token, `>` the last one. */
export function isSubscribeSubject(subject: string): boolean {
  if (subject.length > SUBJECT_BYTES_MAX || BLANK.test(subject)) return false;
  const tokens = subject.split('.');
  if (tokens.length > TOKENS_MAX) return false;
  return tokens.every((token, at) => token !== '' && (token !== '>' || at === tokens.length - 1));
}
