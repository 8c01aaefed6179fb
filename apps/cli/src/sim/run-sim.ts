/** `tickwire sim`: one simulator process in the foreground, its address first, its counts last. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ServiceProcess,
  exitSentence,
  findVendor,
  readAccounting,
  simulatorName,
  vendorNames,
} from '@tickwire/system';
import { CliError } from '../errors.ts';
import type { CliContext } from '../program.ts';
import { formatCount } from '../quantity.ts';
import { listenForStop } from '../up/stop-request.ts';
import type { SimFlags } from './sim-command.ts';

const STOP_DEADLINE_MS = 20_000;

/** @returns the exit code. */
export async function runSim(
  vendorName: string,
  flags: SimFlags,
  context: CliContext,
): Promise<number> {
  const vendor = findVendor(vendorName);
  if (vendor === undefined) {
    throw new CliError('USAGE', `there is no simulator of ${vendorName} in this version`, {
      hint: `Use one of: ${vendorNames().join(', ')}`,
    });
  }
  const entry = context.entryOf(vendor.simulatorApp);
  const dir = mkdtempSync(join(tmpdir(), 'tickwire-sim-'));
  const service = simulatorName(vendor.name);
  const simulator = new ServiceProcess({
    entry,
    environment: simulatorEnvironment(flags, { dir, service, env: context.env }),
    logPath: join(dir, `${service}.log`),
  });
  const stop = listenForStop(() => simulator.kill());
  try {
    return await runToEnd({ simulator, flags, context, dir, vendor: vendor.name, stop });
  } finally {
    stop.dispose();
    simulator.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface SimRun {
  readonly simulator: ServiceProcess;
  readonly flags: SimFlags;
  readonly context: CliContext;
  readonly dir: string;
  readonly vendor: string;
  readonly stop: ReturnType<typeof listenForStop>;
}

async function runToEnd(run: SimRun): Promise<number> {
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
    flags.json === true ? `${JSON.stringify({ type: 'ready', ...info })}\n` : welcome(run, info),
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

function welcome(run: SimRun, info: Readonly<Record<string, unknown>>): string {
  const url = String(info.restUrl ?? '');
  const name = run.vendor.toUpperCase();
  return (
    `A simulated ${run.vendor} answers on ${url} (WebSocket address by its token endpoint).\n` +
    `Point a client's base URL there, or the gateway: TICKWIRE_${name}_REST_URL=${url}\n` +
    'Ctrl-C ends it.\n'
  );
}

function printCounts(run: SimRun): void {
  const counts: Record<string, number> = {};
  for (const { values } of readAccounting(run.dir).services.values()) {
    for (const [name, value] of values) {
      if (name.startsWith('hop/')) counts.messages = (counts.messages ?? 0) + value;
      else if (name.startsWith('count/')) counts[name.slice('count/'.length)] = value;
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
  terminal.out(`Sent ${formatCount(messages)} messages${detail}.\n`);
}

function simulatorEnvironment(
  flags: SimFlags,
  place: { dir: string; service: string; env: NodeJS.ProcessEnv },
): Record<string, string> {
  const { dir, service, env } = place;
  const inherited = Object.entries(env).flatMap(([key, value]) =>
    value === undefined || key.startsWith('TICKWIRE_') ? [] : [[key, value] as const],
  );
  return {
    ...Object.fromEntries(inherited),
    TICKWIRE_SERVICE: service,
    TICKWIRE_RUN_DIR: dir,
    TICKWIRE_RING_DIR: dir,
    TICKWIRE_DATA_DIR: dir,
    ...(flags.port === undefined ? {} : { TICKWIRE_PORT: String(flags.port) }),
    ...(flags.seed === undefined ? {} : { TICKWIRE_SEED: flags.seed }),
    ...(flags.symbols === undefined ? {} : { TICKWIRE_SYMBOLS: flags.symbols.join(',') }),
    ...(flags.rate === undefined ? {} : { TICKWIRE_RATE: String(flags.rate) }),
    ...(flags.faults === undefined ? {} : { TICKWIRE_FAULTS: flags.faults }),
  };
}
