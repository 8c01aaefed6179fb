/** The presets' figures as a table, and whether each is best on its own axis. */
import type { PresetName } from '../src/plan/presets.ts';

export interface PresetFigures {
  readonly preset: PresetName;
  /** Through ring and consumer, nothing lost; the runs. */
  readonly ticksPerSecond: readonly number[];
  /** One way at a fixed rate; the runs. */
  readonly p50Ns: readonly number[];
  readonly p99Ns: readonly number[];
  /** In the budget of shared memory. */
  readonly symbols: number;
  readonly bytes: number;
}

export interface AxisVerdict {
  readonly held: boolean;
  readonly text: string;
}

const SYMBOLS_UNIT = 10_000;
const BYTES_PER_MIB = 2 ** 20;

interface Axis {
  readonly preset: PresetName;
  readonly what: string;
  /** The larger, the better. */
  readonly score: (figures: PresetFigures) => number;
  readonly shown: (figures: PresetFigures) => string;
}

const axes: readonly Axis[] = [
  {
    preset: 'max-throughput',
    what: 'ticks a second through ring and consumer',
    score: ({ ticksPerSecond }) => medianOf(ticksPerSecond),
    shown: ({ ticksPerSecond }) => `${(medianOf(ticksPerSecond) / 1e6).toFixed(2)} M`,
  },
  {
    preset: 'min-latency',
    what: 'one way, p50 / p99',
    score: ({ p50Ns }) => -medianOf(p50Ns),
    shown: ({ p50Ns, p99Ns }) => `${micros(medianOf(p50Ns))} / ${micros(medianOf(p99Ns))} µs`,
  },
  {
    preset: 'max-symbols',
    what: 'symbols in the budget (MiB per 10,000)',
    score: ({ symbols }) => symbols,
    shown: ({ symbols, bytes }) =>
      `${symbols} (${((bytes / symbols / BYTES_PER_MIB) * SYMBOLS_UNIT).toFixed(1)})`,
  },
];

/** Rows are presets, columns axes. */
export function presetTable(all: readonly PresetFigures[]): string {
  const head = ['preset', ...axes.map(({ what }) => what)];
  const rows = all.map((figures) => [
    `\`${figures.preset}\``,
    ...axes.map(({ shown }) => shown(figures)),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Each preset against the others on its own axis. */
export function judgePresets(all: readonly PresetFigures[]): AxisVerdict[] {
  return axes.map((axis) => {
    const own = all.find(({ preset }) => preset === axis.preset);
    if (own === undefined) throw new RangeError(`no figures of ${axis.preset}`);
    const others = all.filter((figures) => figures !== own);
    const held = others.every((figures) => axis.score(own) > axis.score(figures));
    const rest = others.map((figures) => `${figures.preset} ${axis.shown(figures)}`).join(', ');
    return { held, text: `${axis.preset}, ${axis.what}: ${axis.shown(own)} against ${rest}` };
  });
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('a median of no values');
  return sorted.length % 2 === 1 ? upper : (upper + sorted[middle - 1]!) / 2;
}

function micros(ns: number): string {
  return (ns / 1e3).toFixed(2);
}
