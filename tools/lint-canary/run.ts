// Proves that lint says no. The boundary rule is silent when it cannot find Nx's project graph, so
// a green lint alone proves nothing: here wrong files are linted through Nx, with the repository's
// own configuration and tags, and exactly the expected rules have to answer.
import { realpathSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { runChild } from '../process/run-child.ts';
import { NX_ENVIRONMENT } from '../test/steps.ts';
import { CANARY_CASES } from './cases.ts';
import { rulesByFile } from './lint-report.ts';
import { createScratchWorkspace } from './scratch-workspace.ts';

const repository = resolve(import.meta.dirname, '../..');
const REPORT_TAIL_CHARS = 8_000;
const scratch = createScratchWorkspace(repository, CANARY_CASES);

function nxEnvironment(): NodeJS.ProcessEnv {
  // Nothing of an Nx that may have started us, whose workspace is the repository.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('NX_'));
  return {
    ...Object.fromEntries(inherited),
    ...NX_ENVIRONMENT,
    NO_COLOR: '1',
    PATH: `${join(repository, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
  };
}

async function lint(): Promise<string> {
  const result = await runChild({
    command: 'nx',
    args: ['run', 'tools:lint-all', '--output-style=static', '--format=json'],
    cwd: scratch.root,
    env: { ...nxEnvironment(), FORCE_COLOR: '0' },
    show: false,
  });
  return result.output;
}

try {
  const report = await lint();
  const found = rulesByFile(report, realpathSync(scratch.root));
  let wrong = 0;
  for (const [file, entry] of scratch.files) {
    const actual = (found.get(file) ?? ['nothing at all']).sort().join(', ');
    const expected = [...entry.rules].sort().join(', ');
    if (actual === expected) continue;
    wrong += 1;
    console.log(`${entry.name}: expected [${expected}], lint said [${actual}]`);
  }
  if (found.size === 0) console.log(report.slice(-REPORT_TAIL_CHARS));
  console.log(`${CANARY_CASES.length} canaries, ${wrong} wrong`);
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  scratch.remove();
}
