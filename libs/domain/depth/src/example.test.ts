// Goal: the example of the README works as it says. Method: its text and table beside the page's.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { applyEvents } from '../example/apply-events.ts';
import { END_OF_EVENT, UpdateAction } from './index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Rows of the README: entry, whether the event ends with it, and what is done. */
const rows = readme
  .split('\n')
  .flatMap((line) => {
    const cells = line.match(
      /^\| (\d+) (\w+) (bid|ask) (\d) \| ([\d ×]*) ?\| (end)? *\| (.*?) *\|$/,
    );
    return cells === null ? [] : [cells];
  })
  .map(([, rptSeq, action, side, level, amount = '', end, done = '']) => {
    const [size = 1, price = 0] = amount.split('×').map(Number);
    const entry = {
      action: UpdateAction[action as keyof typeof UpdateAction],
      level: Number(level),
      price,
      size,
      rptSeq: Number(rptSeq),
      isBid: side === 'bid',
      endsWith: end === undefined ? 0 : END_OF_EVENT,
    };
    return { entry, done: done.split(', ') };
  });

describe('the example', () => {
  test('is the one that the README shows', () => {
    const code = readFileSync(new URL('../example/apply-events.ts', import.meta.url), 'utf8');
    expect(readme).toContain(code.slice(code.indexOf('/** Applies')).trim());
  });

  test('does what the README says', () => {
    expect(rows).toHaveLength(12);
    expect(applyEvents(rows.map(({ entry }) => entry))).toEqual(rows.flatMap(({ done }) => done));
  });
});
