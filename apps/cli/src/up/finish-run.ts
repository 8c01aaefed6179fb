/** The end of `up`: the report written, the run judged in a sentence, the exit code. */
import { brokenLinkSentence, brokenLinks, imbalanceSentence, writeReport } from '@tickwire/system';
import type { HopRow, RunReport } from '@tickwire/system';
import { paintFor } from '../colour.ts';
import { countOf, formatCount, formatDuration } from '../quantity.ts';
import type { Terminal } from '../terminal.ts';

export interface FinishOptions {
  readonly report: string | undefined;
  readonly json: boolean;
  readonly live: boolean;
  /** Everything was ready once; before that there is nothing to account for. */
  readonly hasStarted: boolean;
  readonly terminal: Terminal;
}

/** @returns 0 when the run ended cleanly and every hop balances, else 1. */
export function finishRun(report: RunReport, options: FinishOptions): number {
  const { terminal } = options;
  if (options.report !== undefined) writeReport(options.report, report);
  if (options.json) terminal.out(`${JSON.stringify({ type: 'report', ...report })}\n`);
  const problems = [...report.run.problems];
  if (options.hasStarted) {
    problems.push(...unbalancedHops(report.hops, options.live).map(imbalanceSentence));
    problems.push(...brokenLinks(report.hops).map(brokenLinkSentence));
  }
  if (!options.json) {
    const paint = paintFor(terminal.hasColour);
    const where = options.report === undefined ? '' : ` Report: ${options.report}`;
    const sentence = options.hasStarted
      ? summary(report, problems.length === 0)
      : 'Stopped before every service was ready.';
    const isGood = problems.length === 0;
    terminal.out(`${isGood ? paint.good(sentence) : sentence}${where}\n`);
  }
  for (const problem of problems) terminal.note(`${problem}.`);
  return problems.length === 0 ? 0 : 1;
}

/** The hops that do not balance. Nobody counts what a real vendor sent, so that one is no fault. */
export function unbalancedHops(hops: readonly HopRow[], live: boolean): HopRow[] {
  return hops.filter(
    (hop) => !hop.balanced && !(live && hop.in === null && hop.name.endsWith('.wire')),
  );
}

function summary(report: RunReport, isClean: boolean): string {
  const { rows, files } = report.store;
  const dropped = report.hops
    .flatMap((hop) => Object.values(hop.dropped))
    .reduce<number>((sum, n) => sum + Number(n), 0);
  const judged = isClean ? 'Every hop balances' : 'The run was not clean';
  return (
    `Stopped in order after ${formatDuration(report.run.durationMs)}: ` +
    `${countOf(rows, 'row')} stored in ${countOf(files, 'file')}, ` +
    `${countOf(report.bars.closed, 'bar')} closed, ` +
    `${formatCount(dropped)} dropped, ${countOf(report.gaps.length, 'gap')}. ${judged}.`
  );
}
