// Goal: `tickwire sim cme` runs, and what a person gets wrong is one sentence. Method: the command
// line in this process; the simulator as its process.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, temporaryDirectory } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { errorSentence, exitCodeOf } from '../error-sentence.ts';
import { runCommandLine } from '../program.ts';
import type { CliContext } from '../program.ts';

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
    env: process.env,
    version: '1.2.3',
    random: () => 0,
    entryOf: (app) => join(repositoryRoot(), 'apps', app, 'src/main.ts'),
    setExitCode: (code) => void (exitCode = code),
  };
  try {
    exitCode = (await runCommandLine(['sim', 'cme', ...args], context)) ?? exitCode;
  } catch (error) {
    notes += errorSentence(error, false);
    exitCode = exitCodeOf(error);
  }
  return { out, notes, exitCode };
}

const options = ['--instruments', '20', '--rate', '200', '--json'];

test('renders a capture, the same for the same options', async () => {
  const folder = temporaryDirectory({ name: 'sim-cme' });
  const files = ['a.pcap', 'b.pcap'].map((name) => join(folder, name));
  for (const file of files) {
    const { out, exitCode } = await run(...options, '--duration', '2', '--render', file);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ type: 'rendered', path: file, lost: 0 });
  }
  expect(readFileSync(files[0]!).equals(readFileSync(files[1]!))).toBe(true);
});

test('runs the simulator, and ends with what it sent', async () => {
  const folder = temporaryDirectory({ name: 'sim-cme' });
  const config = join(folder, 'config.xml');
  const base = String(40_000 + ((process.pid * 8) % 20_000));
  const run2 = await run(
    ...options,
    '--base-port',
    base,
    '--config-xml',
    config,
    '--duration',
    '1',
  );
  expect(run2.exitCode).toBe(0);
  const [ready, counts] = run2.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(ready).toMatchObject({ type: 'ready', config, channels: [310], seed: '1', rate: 200 });
  expect(counts.messages).toBeGreaterThan(100);
  expect(counts['sent.IA']).toBe(counts['sent.IB']);
  expect(existsSync(config)).toBe(true);
});

test.each([
  [['--faults', 'drop=2'], /column 1: the odds must be 0 … 1/],
  [['--base-group', '10.0.0.0'], /not a multicast group/],
  [['--channels', '32'], /from 1 to 31/],
  [['--render', '/tmp/x.pcap'], /--render needs --duration/],
])('a mistake is one sentence and exit code 2: %j', async (args, sentence) => {
  const { notes, exitCode } = await run(...args);
  expect(exitCode).toBe(2);
  expect(notes).toMatch(sentence);
});

test('shows its options and the faults', async () => {
  const { out, exitCode } = await run('--help');
  expect(exitCode).toBe(0);
  expect(out).toContain('--base-group');
  expect(out).toContain('replay-slow=P:D');
});
