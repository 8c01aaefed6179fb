/** One thing about a host that matters for latency or for running at all. */
import type { Host } from './host.ts';

/** `bad`: it will not run, or not for long. `warn`: it runs, slower than it could. */
export type CheckState = 'ok' | 'warn' | 'bad' | 'unknown';

export interface Reading {
  /** File, or command line. */
  readonly source: string;
  readonly value: string;
}

/** A change that a script can make and undo. */
export type Setting =
  | { readonly path: string; readonly value: string; readonly before: string }
  | { readonly command: readonly string[]; readonly undo: readonly string[] };

export interface Finding {
  readonly state: CheckState;
  readonly read: readonly Reading[];
  /** What that means here, in one sentence. */
  readonly note: string;
  readonly settings?: readonly Setting[];
  /** What only a person can do: boot parameters, limits, mounts. */
  readonly byHand?: string;
}

export interface Check {
  readonly id: string;
  readonly recommended: string;
  readonly why: string;
  inspect(host: Host): Finding;
}

export interface CheckResult extends Finding {
  readonly id: string;
  readonly recommended: string;
  readonly why: string;
}

/** Runs every check; each depends on what it reads alone. */
export function runChecks(checks: readonly Check[], host: Host): CheckResult[] {
  return checks.map(({ id, recommended, why, inspect }) => {
    const finding = inspect(host);
    return { id, recommended, why, ...finding, read: finding.read.map(shownReading) };
  });
}

const VALUE_CHARS_MAX = 200;

/** What a file holds may be anything: no control characters, no endless line. */
function shownReading({ source, value }: Reading): Reading {
  const text = value.replace(/\p{Cc}+/gu, ' ');
  const cut = text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text;
  return { source, value: cut };
}

export const unknown = (read: readonly Reading[], note: string): Finding => ({
  state: 'unknown',
  read,
  note,
});

/** Readings of the files that are there. */
export function readAll(host: Host, paths: readonly string[]): Reading[] {
  return paths.flatMap((source) => {
    const value = host.read(source);
    return value === undefined ? [] : [{ source, value }];
  });
}

/** The choice in brackets of `always [madvise] never`, else the text itself. */
export const chosen = (text: string): string => /\[([^\]]*)\]/.exec(text)?.[1] ?? text;

/** A whole number as the kernel writes it. */
export function wholeNumberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * Settings of files; one whose value now is not plain text cannot be put back, and is left alone.
 */
export function fileSettings(read: readonly Reading[], value: string): Setting[] {
  return read
    .map((reading) => ({ path: reading.source, value, before: chosen(reading.value) }))
    .filter(({ before }) => before !== value && /^[\w ,.:+-]{1,200}$/.test(before));
}

/** `1`, `3 of 8`: for notes about files of which there is one a core. */
export function countedOf(part: number, all: number): string {
  return part === all ? String(all) : `${part} of ${all}`;
}
