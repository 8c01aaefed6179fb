// Numbers as people read them. Decimals of the venue stay the text they are.

const NBSP = '\u202f';

/** `12 345 678` with narrow spaces; texts beyond 2^53 too. */
export const count = (value) =>
  value === null || value === undefined
    ? '–'
    : String(typeof value === 'number' ? Math.round(value) : value).replace(
        /\B(?=(\d{3})+(?!\d))/g,
        NBSP,
      );

/** `940`, `12.3 k`, `1.20 M`. */
export function rate(value) {
  if (value === null || value === undefined) return '–';
  if (value < 1_000) return value < 10 ? value.toFixed(1) : value.toFixed(0);
  if (value < 1_000_000) return `${(value / 1_000).toFixed(1)}${NBSP}k`;
  return `${(value / 1_000_000).toFixed(2)}${NBSP}M`;
}

/** `820 ns`, `12.3 µs`, `4.56 ms`, `1.2 s`. */
export function duration(ns) {
  if (ns === null || ns === undefined) return '–';
  if (ns < 1_000) return `${Math.round(ns)}${NBSP}ns`;
  if (ns < 1_000_000) return `${(ns / 1_000).toFixed(1)}${NBSP}µs`;
  if (ns < 1_000_000_000) return `${(ns / 1_000_000).toFixed(2)}${NBSP}ms`;
  return `${(ns / 1_000_000_000).toFixed(1)}${NBSP}s`;
}

/** `3.2 MiB`. */
export function bytes(value) {
  if (value < 1_024) return `${value}${NBSP}B`;
  if (value < 1_048_576) return `${(value / 1_024).toFixed(0)}${NBSP}KiB`;
  if (value < 1_073_741_824) return `${(value / 1_048_576).toFixed(1)}${NBSP}MiB`;
  return `${(value / 1_073_741_824).toFixed(2)}${NBSP}GiB`;
}

/** An age: `0.2 s`, `14 s`, `3 min`, `2 h`. */
export function age(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return '–';
  const s = Math.max(0, ms) / 1_000;
  if (s < 10) return `${s.toFixed(1)}${NBSP}s`;
  if (s < 90) return `${Math.round(s)}${NBSP}s`;
  if (s < 5_400) return `${Math.round(s / 60)}${NBSP}min`;
  if (s < 172_800) return `${Math.round(s / 3_600)}${NBSP}h`;
  return `${Math.round(s / 86_400)}${NBSP}d`;
}

export const percent = (share, digits = 0) => `${(share * 100).toFixed(digits)}${NBSP}%`;

/** ms since the epoch of ns as decimal text; ages need no more than that. */
export const msOfNs = (ns) => (typeof ns === 'string' ? Number(ns.slice(0, -6) || '0') : NaN);

/** `12:34:56` of this browser's zone. */
export function clockTime(ms) {
  if (Number.isNaN(ms)) return '–';
  return new Date(ms).toLocaleTimeString('en-GB', { hour12: false });
}
