import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { createMonotonicClock } from '@tickwire/ipc-shm';
import { DATA_DIR_DEFAULT, StatusSource, requireRunningSystem } from '@tickwire/system';
import type { RunningSystem, SystemStatus } from '@tickwire/system';
import { paintFor } from '../colour.ts';
import type { CliContext } from '../program.ts';
import { formatDuration } from '../quantity.ts';
import { fitWidth } from '../text-columns.ts';
import { renderStatus } from './status-table.ts';

const EXAMPLES = `
Examples:
  tickwire status                      the table of the running system, once
  tickwire status --json | jq .rings   the same for machines

Exit code 1 when nothing runs.`;

/** Rates need two looks. */
const BETWEEN_LOOKS_MS = 500;

interface StatusFlags {
  dataDir: string;
  ringDir?: string;
  json?: boolean;
}

/** Registers `tickwire status`. */
export function registerStatus(program: Command, context: CliContext): void {
  program
    .command('status')
    .description('show the running system once')
    .option('--data-dir <dir>', 'data directory of the system', DATA_DIR_DEFAULT)
    .option('--ring-dir <dir>', 'its ring directory, when it cannot be known from its record')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StatusFlags) => {
      const system = requireRunningSystem(flags);
      const status = await lookTwice(system);
      if (flags.json === true) context.terminal.out(`${JSON.stringify(asJson(system, status))}\n`);
      else printStatus(system, status, context);
    });
}

async function lookTwice(system: RunningSystem): Promise<SystemStatus> {
  const source = new StatusSource({
    ringDir: system.folders.ringDir,
    monotonicNs: createMonotonicClock(),
    bars: 6,
  });
  source.look(system.services);
  await delay(BETWEEN_LOOKS_MS);
  const status = source.look(system.services);
  source.close();
  return status;
}

function asJson(system: RunningSystem, status: SystemStatus): object {
  const { record, supervised, folders } = system;
  return {
    supervised,
    startedAt: record === undefined ? null : new Date(record.startedAtMs).toISOString(),
    ...(record === undefined ? {} : { version: record.info.version, vendors: record.info.vendors }),
    dataDir: folders.dataDir,
    ringDir: folders.ringDir,
    ...status,
  };
}

function printStatus(system: RunningSystem, status: SystemStatus, context: CliContext): void {
  const { terminal } = context;
  const paint = paintFor(terminal.hasColour);
  const { record } = system;
  const since =
    record === undefined ? '' : `up for ${formatDuration(Date.now() - record.startedAtMs)}   `;
  const who = system.supervised
    ? `supervisor pid ${record?.pid ?? 'unknown'}`
    : paint.bad('no supervisor: end it with `tickwire down`');
  const lines = [
    `${paint.strong('tickwire')}  ${since}${who}`,
    paint.dim(`data ${system.folders.dataDir}   rings ${system.folders.ringDir}`),
    '',
    ...renderStatus(status, paint),
  ];
  const width = terminal.isInteractive ? terminal.columns() : Number.POSITIVE_INFINITY;
  terminal.out(`${lines.map((line) => fitWidth(line, width)).join('\n')}\n`);
}
