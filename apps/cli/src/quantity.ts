/** Numbers as a person reads them in a narrow column. */

const NS_UNITS: readonly (readonly [number, string])[] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
];

/** `412 ns`, `1.8 µs`, `23 ms`, `4.1 s`; three significant digits at most. */
export function formatNs(ns: number): string {
  for (const [size, unit] of NS_UNITS) {
    if (ns >= size) return `${threeDigits(ns / size)} ${unit}`;
  }
  return '0 ns';
}

/** `999`, `12.3k`, `4.5M`: for rates, where a column must stay narrow. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1e6) return `${threeDigits(perSecond / 1e6)}M`;
  if (perSecond >= 1e4) return `${threeDigits(perSecond / 1e3)}k`;
  return String(Math.round(perSecond));
}

/** `1,234,567`: counts are exact, so all digits are shown. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `812 B`, `3.4 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? String(value) : threeDigits(value)} ${BYTE_UNITS[unit] ?? 'B'}`;
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 file`, `3 files`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? trim(value.toFixed(1)) : trim(value.toFixed(2));
}

function trim(text: string): string {
  return text.replace(/\.?0+$/, '');
}
