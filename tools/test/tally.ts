/** One test of a run, as the reporter wrote it down. */
export interface TestOutcome {
  readonly name: string;
  readonly file: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What the test said when it skipped itself: what is missing and how to get it. */
  readonly note: string;
}

/** One check before the tests: format, types, lint … Counts as a test. */
export interface StepOutcome {
  readonly name: string;
  readonly ok: boolean;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly TestOutcome[];
  readonly captured: { readonly passed: number; readonly failed: number; readonly skipped: number };
}

/** Tests on captured data say so in their name; tools/tidy sees to it that they do. */
const CAPTURED = /\bcaptured\b/i;

export function isOnCapturedData(test: TestOutcome): boolean {
  return CAPTURED.test(test.name) && !test.file.startsWith('tools/test/');
}

function count(tests: readonly TestOutcome[], state: TestOutcome['state']): number {
  return tests.filter((test) => test.state === state).length;
}

export function tally(steps: readonly StepOutcome[], tests: readonly TestOutcome[]): Tally {
  const captured = tests.filter(isOnCapturedData);
  return {
    passed: steps.filter((step) => step.ok).length + count(tests, 'passed'),
    failed: steps.filter((step) => !step.ok).length + count(tests, 'failed'),
    skipped: tests.filter((test) => test.state === 'skipped'),
    captured: {
      passed: count(captured, 'passed'),
      failed: count(captured, 'failed'),
      skipped: count(captured, 'skipped'),
    },
  };
}

/**
 * The lines that end a run: what was skipped and why, the tests on captured data, the totals.
 *
 * @param announced - Lines by which tests said on stderr what is missing (`SKIPPED: …`).
 */
export function summaryLines(result: Tally, announced: readonly string[]): string[] {
  const lines = result.skipped.map(
    (test) => `skipped: ${test.file}: ${test.name}${test.note === '' ? '' : ` (${test.note})`}`,
  );
  lines.push(...new Set(announced));
  const { captured } = result;
  if (captured.passed + captured.failed + captured.skipped > 0) {
    const failed = captured.failed > 0 ? `, ${captured.failed} failed` : '';
    const skipped = captured.skipped > 0 ? `, ${captured.skipped} SKIPPED` : '';
    lines.push(`captured data: ${captured.passed} passed${failed}${skipped}`);
  }
  const skipped = result.skipped.length > 0 ? `, ${result.skipped.length} skipped` : '';
  lines.push(`${result.passed} passed, ${result.failed} failed${skipped}`);
  return lines;
}
