import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { TestOutcome } from './tally.ts';

function outcome(test: TestCase, file: string): TestOutcome {
  const result = test.result();
  // A test that never ran (its file or hook failed, or the run was cut) has not passed.
  const state = result.state === 'pending' ? 'failed' : result.state;
  const note = result.state === 'skipped' ? (result.note ?? '') : '';
  return { name: test.fullName, file, state, note };
}

function moduleFailure(module: TestModule, file: string): TestOutcome[] {
  const tests = [...module.children.allTests()];
  if (module.state() !== 'failed' || tests.some((test) => test.result().state === 'failed')) {
    return [];
  }
  return [{ name: '(the file itself)', file, state: 'failed', note: '' }];
}

/** Writes every test's outcome as JSON to the file named by TICKWIRE_TALLY when the run ends. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const path = process.env.TICKWIRE_TALLY;
    if (path === undefined) throw new Error('TICKWIRE_TALLY is not set');
    const outcomes = modules.flatMap((module) => {
      const file = relative(process.cwd(), module.moduleId);
      const tests = [...module.children.allTests()].map((test) => outcome(test, file));
      return [...tests, ...moduleFailure(module, file)];
    });
    writeFileSync(path, JSON.stringify(outcomes));
  }
}
