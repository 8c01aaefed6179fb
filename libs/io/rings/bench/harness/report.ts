/** The results as Markdown: tables of medians with the spread of the runs. */
import { judge, verdictLine } from './acceptance.ts';
import { durationText as time } from './duration-text.ts';
import type { LatencyRun, Machine, ReadersRun, Results, ThroughputRun } from './results.ts';
import { spreadOf } from './statistics.ts';
import type { Spread } from './statistics.ts';

const NAMES: Readonly<Record<string, string>> = { ours: 'Tickwire', cpp: 'the same in C++' };

/** The body of the section "The ring", without its heading. */
export function ringReport(results: Results): string {
  return [
    opening(results),
    ...tableOf('Ticks through a ring, nothing lost, every word checked', throughputTable(results)),
    ...tableOf('One way, from the time a tick was due', latencyTable(results.latency)),
    ...clockNote(results.latency),
    ...tableOf('What one would take instead: throughput', peerThroughputTable(results)),
    ...tableOf('What one would take instead: one way', latencyTable(results.peerLatency)),
    ...tableOf('Many rings, many readers', fanTable(results)),
    ['What must hold:', '', ...judge(results).map((verdict) => `- ${verdictLine(verdict)}`)].join(
      '\n',
    ),
  ].join('\n\n');
}

function opening({ machine, records, quick }: Results): string {
  const kind = quick ? 'a quick run, for orientation only' : 'a whole run';
  const day = machine.date.slice(0, 10);
  return [
    `\`npm run bench -- ring\`, ${kind} of ${day}: ${machineLine(machine)}.`,
    `${records.distinct} distinct ticks of ${records.instruments} instruments. Medians, in`,
    'parentheses the smallest and the largest run. CPU is seconds for a million ticks, of all',
    'threads of a side.',
  ].join(' ');
}

export function machineLine(machine: Machine): string {
  return [
    `${machine.cpu} × ${machine.cores}`,
    `${machine.memoryGib} GiB`,
    `Linux ${machine.kernel}`,
    `Node ${machine.node} ${machine.arch}`,
    machine.placement,
    `load average before ${machine.loadAverage.toFixed(1)}`,
  ].join(', ');
}

/** How far the times below can be trusted. */
function clockNote(runs: readonly LatencyRun[]): string[] {
  const of = (isOurs: boolean): LatencyRun[] =>
    runs.filter((run) => (run.side === 'ours') === isOurs);
  const cost = (own: readonly LatencyRun[]): string =>
    time(spreadOf(own.map((run) => run.clockCostNs)).median);
  const [ours, theirs] = [of(true), of(false)];
  if (ours.length === 0 || theirs.length === 0) return [];
  const errorNs = Math.max(...ours.map((run) => run.clockErrorNs ?? 0));
  return [
    `One reading of the clock took ${cost(ours)} in JavaScript and ${cost(theirs)} in C++, and ` +
      `is subtracted. JavaScript's clocks start at most ${time(errorNs)} off the host's.`,
  ];
}

type Row = readonly string[];

function tableOf(title: string, rows: readonly Row[]): string[] {
  const [head, ...body] = rows;
  if (head === undefined || body.length === 0) return [];
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  const rule = head.map(() => '---');
  return [`**${title}**`, [line(head), line(rule), ...body.map(line)].join('\n')];
}

function throughputTable(results: Results): Row[] {
  const batches = unique([...results.throughput, ...results.floors].map((run) => run.batch));
  const rows = batches.flatMap((batch) => {
    const of = (runs: readonly ThroughputRun[]): ThroughputRun[] =>
      runs.filter((run) => run.batch === batch);
    const ours = of(results.throughput).filter((run) => run.side === 'ours');
    const cpp = of(results.throughput).filter((run) => run.side === 'cpp');
    return [
      ...throughputRows(of(results.throughput), ratioOf(ours, cpp)),
      ...throughputRows(of(results.floors)),
    ];
  });
  return [['batch', 'side', 'M ticks/s', 'CPU writer + reader', 'runs', 'ours / C++'], ...rows];
}

/** One row a side, the ratio beside ours. */
function throughputRows(runs: readonly ThroughputRun[], ratio = ''): Row[] {
  return unique(runs.map((run) => run.side)).map((side) => {
    const own = runs.filter((run) => run.side === side);
    const rate = spreadOf(own.map((run) => run.ticksPerSecond / 1e6));
    return [
      String(own[0]?.batch),
      NAMES[side] ?? side,
      spread(rate),
      cpuOf(own),
      String(rate.runs),
      side === 'ours' ? ratio : '',
    ];
  });
}

function peerThroughputTable(results: Results): Row[] {
  const peers = unique(results.peerThroughput.map((run) => run.side));
  const ours = results.throughput.filter((run) => run.side === 'ours');
  const groups = [
    ...[1, 16, 256].map((batch) => ours.filter((run) => run.batch === batch)),
    ...peers.flatMap((side) => {
      const own = results.peerThroughput.filter((run) => run.side === side);
      return unique(own.map((run) => run.batch)).map((batch) =>
        own.filter((run) => run.batch === batch),
      );
    }),
  ].filter((group) => group.length > 0);
  const rows = groups.map((group) => {
    const [batch = '', side = '', rate = '', cpu = '', runs = ''] = throughputRows(group)[0] ?? [];
    return [side, batch, rate, cpu, runs];
  });
  const absent = results.absent.map(({ side, reason }) => [side, '', reason, '', '']);
  return [['', 'batch', 'M ticks/s', 'CPU writer + reader (+ broker)', 'runs'], ...rows, ...absent];
}

function latencyTable(runs: readonly LatencyRun[]): Row[] {
  const keys = unique(runs.map((run) => `${run.waiting} ${run.rate} ${run.side}`));
  const rows = keys.map((key) => {
    const own = runs.filter((run) => `${run.waiting} ${run.rate} ${run.side}` === key);
    const [first] = own;
    if (first === undefined) return [];
    const of = (percentile: 'p50Ns' | 'p99Ns' | 'p999Ns'): string =>
      nsSpread(spreadOf(own.map((run) => run.latency[percentile])));
    const cores = (
      share: 'writerCore' | 'readerCore' | 'writerWaited' | 'readerWaited',
      digits = 2,
    ): string => spreadOf(own.map((run) => run[share])).median.toFixed(digits);
    return [
      NAMES[first.side] ?? first.side,
      first.waiting,
      String(first.rate),
      of('p50Ns'),
      of('p99Ns'),
      of('p999Ns'),
      `${cores('writerCore')} + ${cores('readerCore')}`,
      `${cores('writerWaited', 3)} + ${cores('readerWaited', 3)}`,
      String(own.length),
    ];
  });
  const head = [
    '',
    'reader waits',
    'ticks/s',
    'p50',
    'p99',
    'p99.9',
    'cores',
    'core taken',
    'runs',
  ];
  return [head, ...rows];
}

function fanTable({ fan, readers }: Results): Row[] {
  const rings = unique(fan.map((run) => run.rings)).map((count) => {
    const own = fan.filter((run) => run.rings === count);
    const rate = spreadOf(own.map((run) => run.ticksPerSecond / 1e6));
    const rings = count === 1 ? 'one ring' : `${count} rings`;
    return [`${rings}, one reader`, `${spread(rate)} M ticks/s`, String(own.length)];
  });
  const waits = unique(readers.map((run) => `${run.side} ${run.readers}`)).map((key) => {
    const own = readers.filter((run) => `${run.side} ${run.readers}` === key);
    const core = spreadOf(own.map((run) => run.writerCore * 100));
    const { side, readers: count, rateOffered } = own[0] as ReadersRun;
    const what =
      side === 'ours'
        ? `${count} parked readers at ${rateOffered} ticks/s`
        : `${side}: ${count} sleepers, ${rateOffered} wakes/s`;
    return [what, `writer ${spread(core)} % of a core`, String(own.length)];
  });
  return [['', '', 'runs'], ...rings, ...waits];
}

function cpuOf(runs: readonly ThroughputRun[]): string {
  const median = (of: (run: ThroughputRun) => number): string =>
    spreadOf(runs.map(of)).median.toPrecision(2);
  // A floor has one side.
  if (runs.every((run) => run.readerCpu === 0)) return median((run) => run.writerCpu);
  const sides = `${median((run) => run.writerCpu)} + ${median((run) => run.readerCpu)}`;
  const broker = runs.every((run) => (run.brokerCpu ?? 0) > 0);
  return broker ? `${sides} + ${median((run) => run.brokerCpu ?? 0)}` : sides;
}

function ratioOf(ours: readonly ThroughputRun[], cpp: readonly ThroughputRun[]): string {
  if (ours.length === 0 || cpp.length === 0) return '';
  const median = (runs: readonly ThroughputRun[]): number =>
    spreadOf(runs.map((run) => run.ticksPerSecond)).median;
  return (median(ours) / median(cpp)).toFixed(2);
}

function spread({ median, min, max }: Spread): string {
  const digits = median < 1 ? 3 : median < 10 ? 2 : 1;
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function nsSpread({ median, min, max }: Spread): string {
  return `${time(median)} (${time(min)}–${time(max)})`;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
