/** `tickwire replay`: plays, builds the books from the ring's ticks, accounts for every message. */
import { existsSync } from 'node:fs';
import { formatRingId } from '@tickwire/io-rings';
import {
  ResourceUse,
  counterTables,
  hopRows,
  imbalanceSentence,
  latencyByStage,
  readLedger,
  writeReport,
} from '@tickwire/system';
import type { HopRow } from '@tickwire/system';
import { CliError } from '../errors.ts';
import type { CliContext } from '../program.ts';
import { listenForStop } from '../up/stop-request.ts';
import { BookSet } from './book-set.ts';
import type { BookJson } from './book-set.ts';
import { ProblemNotes } from './problem-notes.ts';
import { ReaderAccounts, replayAccounting, replayHopNames } from './replay-accounts.ts';
import type { ReplayFlags } from './replay-command.ts';
import { REPLAY_SERVICE, ReplayProcess } from './replay-process.ts';
import { ReplayProgress } from './replay-progress.ts';
import { showSummary, summarise } from './replay-summary.ts';
import type { ReplaySummary } from './replay-summary.ts';

const SAMPLE_EVERY_MS = 500;

/** @returns the exit code: 0 when all of it was read, balances and agrees. */
export async function runReplay(
  sources: readonly string[],
  flags: ReplayFlags,
  context: CliContext,
): Promise<number> {
  for (const source of sources) {
    if (existsSync(source)) continue;
    throw new CliError('USAGE', `there is no ${source}`, { hint: 'Check the path of the capture' });
  }
  const stop = listenForStop(() => process.exit(1));
  const notes = new ProblemNotes((line) => context.terminal.note(line));
  const replay = await ReplayProcess.start({
    sources,
    vendor: flags.vendor,
    speed: flags.speed,
    onProblem: (problem) => notes.add(problem),
  });
  try {
    const outcome = await readAll({ replay, sources, flags, context, signal: stop.signal });
    await replay.settle();
    notes.finish(outcome.summary.dropped);
    return conclude(outcome, { flags, context, notes });
  } finally {
    await replay.close();
    stop.dispose();
  }
}

interface Outcome {
  readonly books: ReadonlyMap<string, BookJson>;
  readonly summary: ReplaySummary;
  readonly hops: readonly HopRow[];
  readonly report: Readonly<Record<string, unknown>>;
  readonly wasStopped: boolean;
}

async function readAll(parts: {
  replay: ReplayProcess;
  sources: readonly string[];
  flags: ReplayFlags;
  context: CliContext;
  signal: AbortSignal;
}): Promise<Outcome> {
  const { replay, flags, context, signal } = parts;
  const { subscription } = replay;
  const startedAt = new Date();
  const startedMs = performance.now();
  const use = new ResourceUse();
  const sample = (): void => {
    use.sample(REPLAY_SERVICE, replay.pid, performance.now());
    use.sample('replay', process.pid, performance.now());
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  timer.unref();
  const accounts = new ReaderAccounts(subscription.name);
  const progress = new ReplayProgress({
    terminal: context.terminal,
    sources: parts.sources,
    ringDir: replay.ringDir,
    ticks: () => subscription.account().delivered,
  });
  const books = await buildBooks(replay, accounts, signal).finally(() => {
    clearInterval(timer);
    progress.stop();
  });
  const durationMs = performance.now() - startedMs;
  if (replay.failure !== undefined) throw new CliError('FAILED', replay.failure);
  sample();
  accounts.setRing(subscription.account());
  const accounting = replayAccounting(replay.ringDir, accounts);
  const { vendor, name: ring, ringId } = subscription.header;
  const hops = hopRows(counterTables(accounting), replayHopNames(vendor, ring));
  const wanted = flags.symbols === undefined ? undefined : new Set(flags.symbols);
  const final = books.books((symbol) => wanted === undefined || wanted.has(symbol));
  const summary = summarise({ books: final, quotes: books.quotes, hops, wanted, durationMs });
  const ledger = readLedger(replay.dataDir);
  const report = {
    run: {
      startedAt: startedAt.toISOString(),
      durationMs: Math.round(durationMs),
      version: context.version,
      sources: parts.sources,
      speed: flags.speed,
      ringIds: { [ring]: formatRingId(ringId) },
    },
    hops,
    latency: latencyByStage(accounting),
    gaps: ledger.entries,
    gapsOmitted: ledger.omitted,
    restarts: [],
    services: [REPLAY_SERVICE, 'replay'].flatMap((name) => {
      const used = use.of(name);
      return used === undefined ? [] : [{ name, cpuMs: used.cpuMs, pssBytes: used.pssBytes }];
    }),
    tickers: summary.tickers,
  };
  return { books: final, summary, hops, report, wasStopped: signal.aborted };
}

/** Reads the ring to its end, or until stopped. */
async function buildBooks(
  replay: ReplayProcess,
  accounts: ReaderAccounts,
  signal: AbortSignal,
): Promise<BookSet> {
  const { subscription } = replay;
  const books = new BookSet((instrument) => subscription.directory.get(instrument));
  const hop = accounts.books();
  const given = hop.in;
  const applied = hop.out;
  // A child that dies leaves its ring open: look after it while nothing comes.
  const watch = new AbortController();
  const timer = setInterval(() => {
    if (replay.failure !== undefined) watch.abort();
  }, 50);
  try {
    await subscription.run(
      (run) => {
        if (run.gap !== undefined) books.loseTrust();
        given.add(run.count);
        books.applyRun(run.view, run.count);
        applied.add(run.count);
      },
      { signal: AbortSignal.any([signal, watch.signal]), untilClosed: true },
    );
  } finally {
    clearInterval(timer);
  }
  books.quotes.finish();
  return books;
}

function conclude(
  outcome: Outcome,
  parts: { flags: ReplayFlags; context: CliContext; notes: ProblemNotes },
): number {
  const { flags, context, notes } = parts;
  const { terminal } = context;
  if (outcome.wasStopped) {
    terminal.note('Interrupted: the replay is not complete, so nothing was written.');
    return 1;
  }
  if (flags.books !== undefined) writeReport(flags.books, Object.fromEntries(outcome.books));
  if (flags.report !== undefined) writeReport(flags.report, outcome.report);
  if (flags.json === true) terminal.out(`${JSON.stringify(outcome.summary)}\n`);
  else showSummary(outcome.summary, terminal);
  const complaints = [
    ...outcome.hops.filter((hop) => !hop.balanced).map(imbalanceSentence),
    ...outcome.summary.complaints,
    ...(notes.captureProblems > 0 ? ['the capture is damaged: see what was skipped above'] : []),
  ];
  for (const complaint of complaints) terminal.note(`${complaint}.`);
  return complaints.length === 0 ? 0 : 1;
}
