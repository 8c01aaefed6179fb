import type { Paint } from '../colour.ts';
import { countOf } from '../quantity.ts';
import { renderColumns } from '../text-columns.ts';
import type { CheckResult, CheckState } from './check.ts';

const ORDER: readonly CheckState[] = ['bad', 'warn', 'unknown', 'ok'];

/** The checks as a table, and what to do about those that are not well. */
export function renderChecks(
  results: readonly CheckResult[],
  { verbose, paint }: { verbose: boolean; paint: Paint },
): string[] {
  const lines = renderColumns(
    [{ title: '' }, { title: 'CHECK' }, { title: 'FOUND' }, { title: 'RECOMMENDED' }],
    results.map((result) => [
      paintState(result.state, paint),
      result.id,
      result.note,
      result.state === 'ok' ? '' : result.recommended,
    ]),
    paint.dim,
  );
  const counts = ORDER.map((state) => ({
    state,
    count: results.filter((result) => result.state === state).length,
  })).filter(({ count }) => count > 0);
  const summary = counts.map(({ state, count }) => `${count} ${state}`).join(', ');
  return [
    ...lines,
    ...(verbose ? ['', ...results.flatMap((result) => details(result, paint))] : []),
    '',
    `${countOf(results.length, 'check')}: ${summary}`,
    ...advice(results),
  ];
}

function details(result: CheckResult, paint: Paint): string[] {
  return [
    `${paintState(result.state, paint)} ${paint.strong(result.id)}: ${result.why}`,
    ...result.read.slice(0, 8).map(({ source, value }) => paint.dim(`    ${source}: ${value}`)),
    ...(result.read.length > 8 ? [paint.dim(`    and ${result.read.length - 8} more`)] : []),
  ];
}

function advice(results: readonly CheckResult[]): string[] {
  const settable = results.filter(({ settings }) => (settings?.length ?? 0) > 0);
  return [
    ...results.flatMap(({ id, byHand }) => (byHand === undefined ? [] : [`${id}: ${byHand}`])),
    ...(settable.length === 0
      ? []
      : [
          `${settable.map(({ id }) => id).join(', ')}: can be set by a script; ` +
            'get it with `tickwire doctor --fix-script DIR`',
        ]),
  ];
}

function paintState(state: CheckState, paint: Paint): string {
  if (state === 'ok') return paint.good('● ok');
  if (state === 'bad') return paint.bad('✖ bad');
  return state === 'warn' ? paint.warn('▲ warn') : paint.dim('○ unknown');
}
