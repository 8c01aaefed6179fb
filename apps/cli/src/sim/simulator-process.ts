/** A simulator's process in the foreground: started, waited for, stopped, and its counts shown. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess, exitSentence, readAccounting } from '@tickwire/system';
import { CliError } from '../errors.ts';
import type { CliContext } from '../program.ts';
import { formatCount } from '../quantity.ts';
import { listenForStop } from '../up/stop-request.ts';

const STOP_DEADLINE_MS = 20_000;

export interface SimulatorRun {
  readonly app: string;
  readonly service: string;
  /** Configuration of the process, by key without `TICKWIRE_`; undefined = its default. */
  readonly variables: Readonly<Record<string, string | number | undefined>>;
  /** What is said when it is ready. */
  readonly welcome: (info: Readonly<Record<string, unknown>>) => string;
  /** What it sends: `messages`. */
  readonly unit: string;
  readonly flags: { readonly duration?: number; readonly json?: boolean };
  readonly context: CliContext;
}

interface StartedRun extends SimulatorRun {
  readonly simulator: ServiceProcess;
  readonly dir: string;
  readonly stop: ReturnType<typeof listenForStop>;
}

/** @returns the exit code. */
export async function runSimulatorProcess(run: SimulatorRun): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'tickwire-sim-'));
  const simulator = new ServiceProcess({
    entry: run.context.entryOf(run.app),
    environment: environmentOf(run, dir),
    logPath: join(dir, `${run.service}.log`),
  });
  const stop = listenForStop(() => simulator.kill());
  try {
    return await runToEnd({ ...run, simulator, dir, stop });
  } finally {
    stop.dispose();
    simulator.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runToEnd(run: StartedRun): Promise<number> {
  const { simulator, flags, context } = run;
  const { terminal } = context;
  const started = await Promise.race([
    simulator.ready.then((info) => ({ info })),
    simulator.exited.then((exit) => ({ exit })),
  ]);
  if ('exit' in started) {
    throw new CliError(
      'START_FAILED',
      `the simulator could not start (${exitSentence(started.exit)})`,
    );
  }
  const { info } = started;
  terminal.out(
    flags.json === true ? `${JSON.stringify({ type: 'ready', ...info })}\n` : run.welcome(info),
  );
  const timer =
    flags.duration === undefined
      ? undefined
      : setTimeout(() => run.stop.request(), flags.duration * 1000);
  const aborted = new Promise<void>((resolve) => {
    if (run.stop.signal.aborted) resolve();
    else run.stop.signal.addEventListener('abort', () => resolve());
  });
  await Promise.race([aborted, simulator.exited]);
  clearTimeout(timer);
  simulator.terminate();
  const killing = setTimeout(() => simulator.kill(), STOP_DEADLINE_MS);
  const exit = await simulator.exited;
  clearTimeout(killing);
  printCounts(run);
  if (exit.code === 0) return 0;
  throw new CliError('FAILED', `the simulator ended badly (${exitSentence(exit)})`);
}

function printCounts(run: StartedRun): void {
  const counts: Record<string, number> = {};
  for (const { values } of readAccounting(run.dir).services.values()) {
    for (const [name, value] of values) {
      if (name.startsWith('hop/') && name.endsWith('/in')) {
        counts.messages = (counts.messages ?? 0) + value;
      } else if (name.startsWith('count/')) counts[name.slice('count/'.length)] = value;
    }
  }
  const { terminal } = run.context;
  if (run.flags.json === true) {
    terminal.out(`${JSON.stringify({ type: 'counts', ...counts })}\n`);
    return;
  }
  const { messages = 0, ...kinds } = counts;
  const parts = Object.entries(kinds)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${name} ${formatCount(n)}`);
  const detail = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  terminal.out(`Sent ${formatCount(messages)} ${run.unit}${detail}.\n`);
}

function environmentOf(run: SimulatorRun, dir: string): Record<string, string> {
  const environment: Record<string, string> = {
    TICKWIRE_SERVICE: run.service,
    TICKWIRE_RUN_DIR: dir,
    TICKWIRE_RING_DIR: dir,
    TICKWIRE_DATA_DIR: dir,
  };
  for (const [key, value] of Object.entries(run.context.env)) {
    if (value !== undefined && !key.startsWith('TICKWIRE_')) environment[key] = value;
  }
  for (const [key, value] of Object.entries(run.variables)) {
    if (value !== undefined) environment[`TICKWIRE_${key}`] = String(value);
  }
  return environment;
}
