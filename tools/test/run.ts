// `npm test`: every check and every test, one line each step, totals in the last line.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { runChild } from '../process/run-child.ts';
import { NX_ENVIRONMENT, STEPS } from './steps.ts';
import type { Step } from './steps.ts';
import { isOnCapturedData, summaryLines, tally } from './tally.ts';
import type { StepOutcome, TestOutcome } from './tally.ts';

const root = resolve(import.meta.dirname, '../..');
const filters = process.argv.slice(2);

/** On the guard's machine everything is installed, so that a skip is a mistake there. */
const noSkips = process.env.TICKWIRE_CI === '1';

const environment: NodeJS.ProcessEnv = {
  ...process.env,
  ...NX_ENVIRONMENT,
  PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
  // Tests start some hundred processes of the same sources: each is compiled once.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules/.cache/compiled'),
  ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
};
if (environment.FORCE_COLOR !== undefined) delete environment.NO_COLOR;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function secondsSince(startMs: number): string {
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}

function stopIfInterrupted(interrupted: boolean): void {
  if (!interrupted) return;
  say('interrupted');
  process.exit(130);
}

async function runStep(step: Step): Promise<StepOutcome> {
  const startMs = performance.now();
  const [command, ...args] = step.command;
  const result = await runChild({ command, args, cwd: root, env: environment, show: false });
  stopIfInterrupted(result.interrupted);
  say(`${step.name.padEnd(20)} ${result.ok ? 'ok' : 'FAILED'}  ${secondsSince(startMs)}`);
  if (!result.ok) say(result.output.trimEnd());
  return { name: step.name, ok: result.ok };
}

interface SuiteOutcome {
  readonly tests: TestOutcome[];
  readonly announced: string[];
  /** Vitest ended with an error that no test accounts for. */
  readonly broken: boolean;
}

async function runSuite(folder: string): Promise<SuiteOutcome> {
  const path = join(folder, 'tally.json');
  const args = ['run', ...filters, '--reporter=default'];
  args.push(`--reporter=${join(root, 'tools/test/tally-reporter.ts')}`);
  const result = await runChild({
    command: 'vitest',
    args,
    cwd: root,
    env: { ...environment, TICKWIRE_TALLY: path },
    show: true,
  });
  stopIfInterrupted(result.interrupted);
  let tests: TestOutcome[] = [];
  try {
    tests = JSON.parse(readFileSync(path, 'utf8')) as TestOutcome[];
  } catch {
    say('vitest ended before it could report');
  }
  const announced = result.output.split('\n').filter((line) => line.startsWith('SKIPPED: '));
  const explained = result.ok || tests.some((test) => test.state === 'failed');
  if (tests.length === 0) say(`no test matches ${filters.join(' ')}`);
  return { tests, announced, broken: !explained || tests.length === 0 };
}

const steps: StepOutcome[] = [];
if (filters.length === 0) {
  // Each has work for one core: two of them at a time.
  const waiting = [...STEPS];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      steps.push(await runStep(step));
    }
  };
  await Promise.all([lane(), lane()]);
} else {
  say('with a filter only the matching tests run: format, tidy, types and lint are left out');
}
const folder = mkdtempSync(join(tmpdir(), 'tickwire-test-'));
const suite = await runSuite(folder);
rmSync(folder, { recursive: true, force: true });
if (suite.broken) steps.push({ name: 'test run', ok: false });

const forbidden = suite.tests.filter((test) => test.state === 'skipped' && !isOnCapturedData(test));
if (noSkips && forbidden.length > 0) {
  steps.push({ name: 'no skips', ok: false });
  say('TICKWIRE_CI=1 allows no skipped tests except those on captured data');
}
const result = tally(steps, suite.tests);
for (const line of summaryLines(result, suite.announced)) say(line);
process.exitCode = result.failed === 0 ? 0 : 1;
