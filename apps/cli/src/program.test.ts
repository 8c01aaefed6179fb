// Goal: what a person gets wrong is answered in one sentence with exit code 2. Method: the command
// line run in this process with a terminal that records.
import { describe, expect, test } from 'vitest';
import { errorSentence, exitCodeOf } from './error-sentence.ts';
import { CliError } from './errors.ts';
import { runCommandLine } from './program.ts';
import type { CliContext } from './program.ts';

const COMMANDS = [
  'up',
  'down',
  'status',
  'tail',
  'dump',
  'replay',
  'sim',
  'audit',
  'config',
  'query',
  'report',
  'gaps',
  'stale',
  'doctor',
];

async function run(...args: string[]) {
  let out = '';
  let notes = '';
  let exitCode = 0;
  const context: CliContext = {
    terminal: {
      out: (text) => void (out += text),
      note: (line) => void (notes += `${line}\n`),
      drained: () => Promise.resolve(),
      isInteractive: false,
      hasColour: false,
      columns: () => 80,
      rows: () => 40,
    },
    env: {},
    version: '1.2.3',
    random: () => 0,
    entryOf: (app) => `/nowhere/${app}`,
    setExitCode: (code) => void (exitCode = code),
  };
  try {
    exitCode = (await runCommandLine(args, context)) ?? exitCode;
  } catch (error) {
    notes += errorSentence(error, false);
    exitCode = exitCodeOf(error);
  }
  return { out, notes: notes.trim(), exitCode };
}

describe('the command line', () => {
  test('lists every command', async () => {
    const { out, exitCode } = await run('--help');
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test.each(COMMANDS)('%s has help with examples and --json', async (command) => {
    const { out, exitCode } = await run(command, '--help');
    expect(exitCode).toBe(0);
    expect(out).toContain('Examples:');
    expect(out).toContain(`tickwire ${command}`);
    expect(out).toContain('--json');
  });

  test('prints its version', async () => {
    expect(await run('--version')).toMatchObject({ out: '1.2.3\n', exitCode: 0 });
  });

  test.each([
    [['upp'], "Unknown command 'upp'. Did you mean up?"],
    [['up', '--rat', '5'], "Unknown option '--rat'. Did you mean --rate?"],
    [
      ['up', '--rate', 'x'],
      /^--rate: expected whole number, 0 to 1000000, got "x"\. The keys are in/,
    ],
    [
      ['up', '--timeframe', '0'],
      /^--timeframe: expected list of whole numbers, 1 to 86400, got "0"/,
    ],
    [['up', '--duration', '0'], /^--duration: expected number, above 0 to 2678400, got "0"/],
    [
      ['up', '--preset', 'warp'],
      /^--preset: expected max-throughput, min-latency, max-symbols, got "warp"/,
    ],
    [
      ['up', '--vendors', 'nyse'],
      /^--vendors: there is no vendor nyse in this version, use cme, databento, kucoin\./,
    ],
    [['up', '--config', '/nowhere.json'], /The configuration \/nowhere.json cannot be read/],
    [['up', 'extra'], /Too many arguments/],
    [['sim'], /Missing required argument 'vendor'/],
    [['sim', 'nyse'], /There is no simulator of nyse/],
    [
      ['sim', 'databento', '--symbols', 'ESH6'],
      /--symbols is not an option of the simulator of databento/,
    ],
    [['sim', 'kucoin', '--key', 'k'], /--key is not an option of the simulator of kucoin/],
    [['tail', '--kind', 'TRADES'], /There is no tick kind TRADES. Use one of: TRADE, QUOTE/],
    [['audit', '--report', '/nowhere.json'], /The report \/nowhere.json cannot be read/],
    [['report', '--report', '/nowhere.json'], /The report \/nowhere.json cannot be read/],
    [
      ['report', '--since', 'yesterday'],
      /Use a duration such as 15m, 24h or 7d, or a time such as/,
    ],
    [['report', '--since', '1h', '--report', 'r.json'], /--report is of one run and --since/],
    [['gaps', '--limit', '0'], /Use a whole number from 1 to 10000/],
  ])('%j is wrong usage', async (args, sentence) => {
    const { out, notes, exitCode } = await run(...args);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    if (typeof sentence === 'string') expect(notes).toBe(sentence);
    else expect(notes).toMatch(sentence);
    expect(notes).not.toContain('\n');
  });

  test.each([['status'], ['tail'], ['audit']])('%s says when nothing runs', async (command) => {
    const dataDir = '/nowhere/at/all';
    const { notes, exitCode } = await run(command, '--data-dir', dataDir);
    expect(exitCode).toBe(1);
    expect(notes).toBe(
      `Nothing is running on ${dataDir}. Start it with \`tickwire up\`, or name another --data-dir.`,
    );
  });

  test('down of what does not run is no error', async () => {
    const { out, exitCode } = await run('down', '--data-dir', '/nowhere/at/all');
    expect(exitCode).toBe(0);
    expect(out).toBe('Nothing is running on /nowhere/at/all.\n');
  });
});

describe('an error as a sentence', () => {
  test('ends with what to do next and shows no stack', () => {
    const error = new CliError('FAILED', 'the port is\n taken', { hint: 'use another one' });
    expect(errorSentence(error, false)).toBe('The port is taken. Use another one.');
    expect(errorSentence(error, true)).toContain('program.test.ts');
    expect(errorSentence('odd', false)).toBe('odd');
  });
});
