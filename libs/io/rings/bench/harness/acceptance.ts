/** What the figures must show, and whether they do. */
import { durationText } from './duration-text.ts';
import { FUTEX } from './results.ts';
import type { FanRun, LatencyRun, ReadersRun, Results, ThroughputRun } from './results.ts';
import { spreadOf } from './statistics.ts';

export interface Verdict {
  /** `undefined`: there was nothing to compare with. */
  readonly held: boolean | undefined;
  readonly text: string;
}

const RUNS_MIN = 11;
const DISTINCT_MIN = 1_000_000;
const INSTRUMENTS_MIN = 500;
const MILLION = 1e6;
const FAN_SHARE_MIN = 0.8;
const READERS_CPU_MAX = 1.1;
const WAKE_COST_MAX = 1.1;
const PACE_MIN = 0.99;

const throughputLines = [
  { batch: 16, ticksMin: 40 * MILLION, ratioMin: 0.35 },
  { batch: 1, ticksMin: 8 * MILLION, ratioMin: 0.3 },
] as const;

const latencyLines = [
  { waiting: 'spin', rival: 'cpp', p50Max: 1.5, p99Max: undefined },
  { waiting: 'park', rival: FUTEX, p50Max: 3, p99Max: 5 },
] as const;

/** Every line that this run has figures for. */
export function judge(results: Results): Verdict[] {
  return [
    ...judgeRecords(results),
    ...throughputLines.flatMap((line) => judgeThroughput(results, line)),
    ...latencyLines.flatMap((line) => judgeLatency(results, line)),
    ...judgeFan(results.fan),
    ...judgeReaders(results.readers),
    ...judgeRuns(results),
  ];
}

/** `held …` or `FAILED …`, as proofs say it. */
export function verdictLine({ held, text }: Verdict): string {
  if (held === undefined) return `not judged: ${text}`;
  return `${held ? 'held' : 'FAILED'} ${text}`;
}

function judgeRecords(results: Results): Verdict[] {
  const { distinct, instruments, kinds } = results.records;
  const runs = [...results.throughput, ...results.latency, ...results.fan, ...results.readers];
  const broken = runs.filter((run) => run.lost > 0 || run.wrong > 0).length;
  const peers = [...results.peerThroughput, ...results.peerLatency];
  const brokenPeers = peers.filter((run) => run.lost > 0 || run.wrong > 0).length;
  const of = `${broken} of ${runs.length} runs and ${brokenPeers} of ${peers.length} of peers`;
  return [
    {
      held: distinct >= DISTINCT_MIN && instruments >= INSTRUMENTS_MIN,
      text: `${distinct} distinct records of ${instruments} instruments, kinds ${kinds.join(', ')}`,
    },
    {
      held: broken === 0 && brokenPeers === 0,
      text: `0 lost and 0 wrong ticks: ${of} had some`,
    },
  ];
}

function judgeThroughput(results: Results, line: (typeof throughputLines)[number]): Verdict[] {
  const ours = ratesOf(results.throughput, 'ours', line.batch);
  if (ours.length === 0) return [];
  const cpp = ratesOf(results.throughput, 'cpp', line.batch);
  const median = spreadOf(ours).median;
  const what = line.batch === 1 ? 'single publish' : `batches of ${line.batch}`;
  const rate = `${millions(median)} M ticks/s, at least ${millions(line.ticksMin)}`;
  const verdicts: Verdict[] = [{ held: median >= line.ticksMin, text: `${what}: ${rate}` }];
  if (cpp.length === 0) return [...verdicts, { held: undefined, text: `${what}: no C++ twin` }];
  const ratio = median / spreadOf(cpp).median;
  verdicts.push({
    held: ratio >= line.ratioMin,
    text: `${what}: ${ratio.toFixed(2)} × C++, at least ${line.ratioMin}`,
  });
  return verdicts;
}

function judgeLatency(results: Results, line: (typeof latencyLines)[number]): Verdict[] {
  const { waiting, rival } = line;
  const rates = new Set(
    results.latency.filter((run) => run.waiting === waiting).map((run) => run.rate),
  );
  return [...rates].flatMap((rate): Verdict[] => {
    const of = (side: string): LatencyRun[] =>
      results.latency.filter(
        (run) => run.side === side && run.waiting === waiting && run.rate === rate,
      );
    const what = `${waiting} at ${rate} ticks/s`;
    const ours = of('ours');
    const theirs = of(rival);
    if (ours.length === 0 || theirs.length === 0) {
      return [{ held: undefined, text: `${what}: nothing to compare with` }];
    }
    return (['p50Ns', 'p99Ns'] as const).flatMap((percentile) => {
      const limit = percentile === 'p50Ns' ? line.p50Max : line.p99Max;
      if (limit === undefined) return [];
      const median = (runs: readonly LatencyRun[]): number =>
        spreadOf(runs.map((run) => run.latency[percentile])).median;
      const shown = (runs: readonly LatencyRun[]): string => durationText(median(runs));
      const name = percentile.slice(0, 3);
      const figures = `${shown(ours)} against ${shown(theirs)} of ${rival}`;
      const held = median(ours) <= limit * median(theirs);
      return [{ held, text: `${what}: ${name} ${figures}, at most ${limit} ×` }];
    });
  });
}

function judgeFan(runs: readonly FanRun[]): Verdict[] {
  const rateOf = (many: boolean): number[] =>
    runs.filter((run) => run.rings > 1 === many).map((run) => run.ticksPerSecond);
  if (runs.length < 2) return [];
  const one = spreadOf(rateOf(false)).median;
  const many = spreadOf(rateOf(true)).median;
  const share = many / one;
  const text =
    `${Math.max(...runs.map((run) => run.rings))} rings: ${millions(many)} M ticks/s, ` +
    `${share.toFixed(2)} × one ring, at least ${FAN_SHARE_MIN}`;
  return [{ held: share >= FAN_SHARE_MIN, text }];
}

function judgeReaders(runs: readonly ReadersRun[]): Verdict[] {
  const ours = runs.filter((run) => run.side === 'ours');
  const withReaders = ours.filter((run) => run.readers > 0);
  const [first] = withReaders;
  if (first === undefined) return [];
  const late = withReaders.reduce((sum, run) => sum + run.late, 0);
  const lost = withReaders.reduce((sum, run) => sum + run.lost, 0);
  const slowest = Math.min(...withReaders.map((run) => run.ticksPerSecond));
  const what = `${first.readers} parked readers`;
  return [
    {
      held: lost === 0 && late === 0 && slowest >= first.rateOffered * PACE_MIN,
      text: `${what}: lost ${lost}, late ${late}, slowest run ${Math.round(slowest)} ticks/s`,
    },
    judgeWriterOfReaders(what, {
      ours: wakeCostOf(ours),
      bare: wakeCostOf(runs.filter((run) => run.side !== 'ours')),
    }),
  ];
}

/** CPU of a writer without and with sleepers, share of a core. */
interface WakeCost {
  readonly alone: number;
  readonly shared: number;
}

function wakeCostOf(runs: readonly ReadersRun[]): WakeCost | undefined {
  const alone = runs.filter((run) => run.readers === 0);
  const shared = runs.filter((run) => run.readers > 0);
  if (alone.length === 0 || shared.length === 0) return undefined;
  return { alone: spreadOf(coresOf(alone)).median, shared: spreadOf(coresOf(shared)).median };
}

/** What waking takes is the kernel's, and in a virtual machine its host's: see ADR 21. */
function judgeWriterOfReaders(
  what: string,
  { ours, bare }: { readonly ours: WakeCost | undefined; readonly bare: WakeCost | undefined },
): Verdict {
  if (ours === undefined) return { held: undefined, text: `${what}: no run without them` };
  const cores = `${ours.shared.toFixed(4)} against ${ours.alone.toFixed(4)} of a core without`;
  const share = `${what}: writer CPU ${cores}, at most × ${READERS_CPU_MAX}`;
  const isSmall = ours.shared <= ours.alone * READERS_CPU_MAX;
  if (bare === undefined) return { held: isSmall, text: share };
  const extra = ours.shared - ours.alone;
  const bareExtra = bare.shared - bare.alone;
  const held = isSmall || extra <= bareExtra * WAKE_COST_MAX;
  const wakes = `+ ${extra.toFixed(4)} against + ${bareExtra.toFixed(4)} of ${FUTEX}`;
  return {
    held,
    text: `${share}, or what waking as many takes: ${wakes}, at most × ${WAKE_COST_MAX}`,
  };
}

function judgeRuns(results: Results): Verdict[] {
  if (results.quick || results.throughput.length === 0) return [];
  // A batch that was not run at all counts too.
  const counts = new Map([1, 16, 256].map((batch) => [`ours, batch ${batch}`, 0]));
  const count = (side: string): void => void counts.set(side, (counts.get(side) ?? 0) + 1);
  for (const { side, batch } of results.throughput) count(`${side}, batch ${batch}`);
  for (const { side, waiting, rate } of results.latency) {
    const isJudged = latencyLines.some(
      (line) => line.waiting === waiting && (side === 'ours' || side === line.rival),
    );
    if (isJudged) count(`${side}, ${waiting} at ${rate} ticks/s`);
  }
  for (const { rings } of results.fan) count(`rings: ${rings}`);
  for (const { side, readers } of results.readers) count(`${side}, parked readers: ${readers}`);
  const [[side, fewest] = ['', 0]] = [...counts].sort(([, one], [, other]) => one - other);
  const text = `fewest runs of a judged side (${side}): ${fewest}, at least ${RUNS_MIN}`;
  return [{ held: fewest >= RUNS_MIN, text }];
}

function ratesOf(runs: readonly ThroughputRun[], side: string, batch: number): number[] {
  return runs
    .filter((run) => run.side === side && run.batch === batch)
    .map((run) => run.ticksPerSecond);
}

function coresOf(runs: readonly ReadersRun[]): number[] {
  return runs.map((run) => run.writerCore);
}

function millions(rate: number): string {
  return (rate / MILLION).toFixed(1);
}
