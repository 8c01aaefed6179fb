import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { DATA_DIR_DEFAULT, configPathOf, loadUpOptions, neededBytes } from '@tickwire/system';
import type { UpOptions } from '@tickwire/system';
import { paintFor } from '../colour.ts';
import { errorSentence } from '../error-sentence.ts';
import { CliError } from '../errors.ts';
import type { CliContext } from '../program.ts';
import { runChecks } from './check.ts';
import type { Check, CheckResult, Finding } from './check.ts';
import { cpuChecks } from './cpu-checks.ts';
import { renderChecks } from './doctor-table.ts';
import { fixScripts } from './fix-script.ts';
import { openHost } from './host.ts';
import { memoryChecks } from './memory-checks.ts';
import { networkChecks } from './network-checks.ts';
import { systemChecks } from './system-checks.ts';

const EXAMPLES = `
Examples:
  tickwire doctor                           the host
  tickwire doctor --config tickwire.json    and a configuration: every bad key at once
  tickwire doctor --verbose                 with what was read, and why it matters
  tickwire doctor --fix-script fixes        writes fixes/set.sh and fixes/undo.sh
  tickwire doctor --fix-script - | less     both to the output

It reads and changes nothing; the scripts are for you to look through and to run as root. undo.sh
puts back what doctor found, so keep the one made before set.sh ran. Exit code 1 when something is
bad: the system would not run, or not for long. Warnings cost latency only.`;

/** Services beside the gateways have counters in shared memory, too. */
const SERVICES_EXPECTED = 8;

interface DoctorFlags {
  config?: string;
  dataDir?: string;
  fixScript?: string;
  verbose?: boolean;
  json?: boolean;
}

/** Registers `tickwire doctor`. */
export function registerDoctor(program: Command, context: CliContext): void {
  const { terminal, env } = context;
  program
    .command('doctor')
    .description('check the host and the configuration')
    .option('--config <file>', 'configuration of `tickwire up` to check, too')
    .option('--data-dir <dir>', `data directory (default: "${DATA_DIR_DEFAULT}")`)
    .option('--fix-script <dir>', 'write scripts that set and undo what can be set; - prints them')
    .option('--verbose', 'with what was read and why it matters')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: DoctorFlags) => {
      const { check, options } = configCheck(flags, env);
      const host = openHost({ path: env.PATH, nodeVersion: process.version });
      const results = runChecks([...hostChecks(options), check], host);
      if (flags.fixScript === '-') {
        terminal.out(scriptsAsText(results));
      } else if (flags.json === true) {
        terminal.out(`${JSON.stringify({ healthy: !results.some(isBad), checks: results })}\n`);
      } else {
        const paint = paintFor(terminal.hasColour);
        const lines = renderChecks(results, { verbose: flags.verbose === true, paint });
        terminal.out(`${lines.join('\n')}\n`);
      }
      if (flags.fixScript !== undefined && flags.fixScript !== '-') {
        terminal.note(writeScripts(results, resolve(flags.fixScript)));
      }
      if (results.some(isBad)) context.setExitCode(1);
    });
}

const isBad = ({ state }: CheckResult): boolean => state === 'bad';

/** Every check of the host, for a system with these options. */
export function hostChecks(options: UpOptions): Check[] {
  const ringBytes = neededBytes({
    vendorRings: options.vendors.length * options.partitions,
    ringSlots: options.ringSlots,
    directoryEntries: options.directoryEntries,
    services: SERVICES_EXPECTED,
  });
  return [
    ...cpuChecks,
    ...memoryChecks(ringBytes),
    ...networkChecks,
    ...systemChecks({
      dataDir: resolve(options.dataDir),
      storeBudgetBytes: options.storeBudgetBytes,
    }),
  ];
}

/**
 * The configuration as a check: file and environment together, as `up` would read them. The other
 * checks go by its options, or by the defaults when it is not valid.
 */
function configCheck(
  flags: DoctorFlags,
  env: NodeJS.ProcessEnv,
): { check: Check; options: UpOptions } {
  const place = flags.dataDir === undefined ? {} : { dataDir: flags.dataDir };
  const given = flags.config === undefined ? {} : { config: flags.config };
  const source = configPathOf({ ...given }, env);
  const read = [{ source: source ?? 'TICKWIRE_* variables', value: 'read' }];
  let finding: Finding = { state: 'ok', read, note: 'every key is known and in its range' };
  let options: UpOptions;
  try {
    options = loadUpOptions({ ...place, ...given }, env);
  } catch (error) {
    finding = { state: 'bad', read, note: errorSentence(error, false) };
    options = loadUpOptions(place, {});
  }
  const check: Check = {
    id: 'configuration',
    recommended: 'known keys with values in their range',
    why: 'up refuses to start with any other',
    inspect: () => finding,
  };
  return { check, options };
}

function made(): string {
  return `Made by tickwire doctor on ${hostname()}, ${new Date().toISOString()}.`;
}

function scriptsAsText(results: readonly CheckResult[]): string {
  const { set, undo } = fixScripts(results, { made: made() });
  return `### set.sh\n${set}\n### undo.sh\n${undo}`;
}

function writeScripts(results: readonly CheckResult[], folder: string): string {
  const { set, undo } = fixScripts(results, { made: made() });
  try {
    mkdirSync(folder, { recursive: true });
    // Never over an undo.sh of an earlier time: it may hold the only record of what was before.
    writeFileSync(join(folder, 'undo.sh'), undo, { mode: 0o755, flag: 'wx' });
    writeFileSync(join(folder, 'set.sh'), set, { mode: 0o755, flag: 'wx' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('FAILED', `the scripts cannot be written: ${why}`, {
      hint: 'Name a new folder: an earlier undo.sh is never replaced',
      cause,
    });
  }
  return `Wrote ${join(folder, 'set.sh')} and undo.sh: look through them, then run set.sh as root.`;
}
