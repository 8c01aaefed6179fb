/**
 * The commands of `tickwire`. Only the command that is asked for is loaded, so that `--help` and
 * small commands start without the libraries of the large ones.
 */
import { Command, CommanderError } from 'commander';
import type { Terminal } from './terminal.ts';

/** What a command may use of the process it runs in. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  readonly random: () => number;
  /** The program of a service's app. */
  entryOf(app: string): string;
  /** Exit code of a command that ends without an error; 0 unless it says otherwise. */
  setExitCode(code: number): void;
}

type Register = (program: Command, context: CliContext) => void;

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Register>;
}

const commands: readonly CommandEntry[] = [
  {
    name: 'up',
    summary: 'start the system on this host and show it live',
    load: async () => (await import('./up/up-command.ts')).registerUp,
  },
  {
    name: 'down',
    summary: 'stop the system on this host, also one whose supervisor was killed',
    load: async () => (await import('./down/down-command.ts')).registerDown,
  },
  {
    name: 'status',
    summary: 'show the running system once',
    load: async () => (await import('./status/status-command.ts')).registerStatus,
  },
  {
    name: 'tail',
    summary: 'print ticks as they come, from the rings',
    load: async () => (await import('./tail/tail-command.ts')).registerTail,
  },
  {
    name: 'dump',
    summary: 'decode a file or a live ring to JSON lines',
    load: async () => (await import('./dump/index.ts')).registerDump,
  },
  {
    name: 'replay',
    summary: 'play captures through the real gateway code into rings',
    load: async () => (await import('./replay/index.ts')).registerReplay,
  },
  {
    name: 'sim',
    summary: "run a simulator of a vendor's server",
    load: async () => (await import('./sim/sim-command.ts')).registerSim,
  },
  {
    name: 'audit',
    summary: 'check the accounts: every hop, and the ledger of gaps',
    load: async () => (await import('./audit/audit-command.ts')).registerAudit,
  },
  {
    name: 'config',
    summary: 'show the configuration, or check one',
    load: async () => (await import('./config/config-command.ts')).registerConfig,
  },
  {
    name: 'query',
    summary: 'ask the stored history in SQL',
    load: async () => (await import('./query/query-command.ts')).registerQuery,
  },
  {
    name: 'report',
    summary: 'show percentiles, rates, errors and availability per stream-minute',
    load: async () => (await import('./report/report-command.ts')).registerReport,
  },
  {
    name: 'gaps',
    summary: 'show the ledger of gaps',
    load: async () => (await import('./report/gaps-command.ts')).registerGaps,
  },
  {
    name: 'stale',
    summary: 'show the streams that are not live now',
    load: async () => (await import('./report/stale-command.ts')).registerStale,
  },
  {
    name: 'doctor',
    summary: 'check the host and the configuration',
    load: async () => (await import('./doctor/doctor-command.ts')).registerDoctor,
  },
];

const EXAMPLES = `
Examples:
  tickwire up --duration 20 --report r.json     run the demo for twenty seconds
  tickwire tail --symbol BTC-USDT --count 10    ten ticks of the running system
  tickwire audit --report r.json                check a report
  tickwire up --help                            options and examples of a command

Every command has --json for machines. Exit codes: 0 done, 1 failed, 2 wrong usage.`;

/**
 * Runs one command line.
 * @param args - Without the program's own name.
 * @returns the exit code of usage errors and help, else `undefined`: the command has set its own.
 */
export async function runCommandLine(
  args: readonly string[],
  context: CliContext,
): Promise<number | undefined> {
  const program = createProgram(context);
  const wanted = wantedCommand(args);
  for (const entry of commands) {
    if (entry.name === wanted) (await entry.load())(program, context);
    else program.command(entry.name).description(entry.summary);
  }
  for (const command of program.commands) inheritSettings(command, program);
  if (args.length === 0) {
    context.terminal.out(program.helpInformation());
    return 2;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

function createProgram(context: CliContext): Command {
  return (
    new Command('tickwire')
      .description('Real-time market data as 64-byte ticks in shared memory.')
      .version(context.version, '-V, --version', 'print the version')
      .helpOption('-h, --help', 'show options and examples')
      .helpCommand('help [command]', 'show options and examples of a command')
      // What stands behind a command is its own: `sim cme` has options that `sim` has as well.
      .enablePositionalOptions()
      .addHelpText('after', EXAMPLES)
      .exitOverride()
      .configureOutput({
        writeOut: (text) => context.terminal.out(text),
        writeErr: (text) => context.terminal.note(text.trimEnd()),
        outputError: (text, write) => write(usageSentence(text)),
        getOutHasColors: () => context.terminal.hasColour,
      })
  );
}

function inheritSettings(command: Command, program: Command): void {
  command.copyInheritedSettings(program);
}

/** Commander's message as one sentence with what to do next. */
function usageSentence(text: string): string {
  const [first = '', ...more] = text.trim().split('\n');
  const message = first.replace(/^error: /, '');
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  const suggestion = more.join(' ').trim();
  const stopped = /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
  const next = suggestion === '' ? 'See `tickwire --help`.' : suggestion.replace(/^\(|\)$/g, '');
  return `${stopped} ${next}`;
}

/** The first word that is no option: commands come first on a command line. */
function wantedCommand(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  return words[0] === 'help' ? words[1] : words[0];
}
