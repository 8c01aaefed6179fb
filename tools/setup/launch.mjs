// Entry of every npm script: sets the checkout up if need be, then runs the command under the
// pinned Node. Plain JavaScript without dependencies: it has to run before anything is installed.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, SetupError } from './install.mjs';
import { findNode, runTarget } from './run-target.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const COMMANDS = {
  start: { script: 'apps/cli/src/main.ts', first: ['up'], dev: false },
  tickwire: { script: 'apps/cli/src/main.ts', first: [], dev: false },
  test: { script: 'tools/test/run.ts', first: [], dev: true },
  prove: { script: 'tools/prove/run.ts', first: [], dev: true },
  bench: { script: 'tools/bench/run.ts', first: [], dev: true },
  generate: { script: 'tools/generators/run.ts', first: [], dev: true },
};

function fail(sentence, code) {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}

async function setUp(dev) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of signals) process.on(name, abort);
  try {
    // Progress goes to stderr: stdout belongs to the command (`tickwire dump … | jq`).
    await ensureInstalled({ root, dev, stream: process.stderr, signal: controller.signal });
  } catch (error) {
    const known = error instanceof SetupError;
    const sentence = known ? error.message : `Set-up failed: ${error.message}.`;
    fail(sentence, controller.signal.aborted ? 130 : 1);
  } finally {
    for (const name of signals) process.off(name, abort);
  }
}

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`Node ${process.versions.node} is too old: install Node 20 or newer with npm.`, 1);
}
if (command === undefined) fail(`Use one of: ${Object.keys(COMMANDS).join(', ')}.`, 2);
if (!existsSync(join(root, 'package-lock.json'))) {
  fail(`${root} lacks package-lock.json: clone the repository again.`, 1);
}

await setUp(command.dev);
const node = findNode(root);
if (node === undefined) {
  const platform = `${process.platform}-${process.arch}`;
  fail(`There is no packaged Node 24 for ${platform}: install Node 24 or newer.`, 1);
}
process.exitCode = await runTarget({
  root,
  node,
  script: command.script,
  args: [...command.first, ...args],
});
