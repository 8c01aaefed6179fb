import { afterAll, onTestFailed, onTestFinished } from 'vitest';

/** What was asked for outside of vitest (a proof script): run when the process exits. */
const atExit: (() => void)[] = [];

/**
 * Runs `cleanUp` when the current test ends; outside of a test, when the file's tests end; outside
 * of vitest (proofs import the same tools), when the process exits: only its synchronous part then.
 */
export function whenFinished(cleanUp: () => void | Promise<void>): void {
  try {
    onTestFinished(cleanUp);
    return;
  } catch {
    // Not inside a test.
  }
  try {
    afterAll(cleanUp);
    return;
  } catch {
    // Not inside vitest.
  }
  if (atExit.length === 0) process.on('exit', () => atExit.forEach((run) => run()));
  atExit.push(() => void cleanUp());
}

/** Runs `tell` with the test's name when the current test fails; nothing outside of a test. */
export function whenFailed(tell: (test: string) => void): void {
  try {
    onTestFailed((context) => tell(context.task.name));
  } catch {
    // Not inside a test: there is no failure to listen to.
  }
}
