import type { QueryResult, QueryValue } from './query-store.ts';

export const RESULT_FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** Widest cell of a table; longer texts are cut with `…`. */
const CELL_WIDTH_MAX = 60;

/** A result as text: for people (`table`) or programs (`json`: one array; `ndjson`; `csv`). */
export function formatResult(result: QueryResult, format: ResultFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(records(result))}\n`;
    case 'ndjson':
      return records(result)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join('');
    case 'csv':
      return [result.columns.map(({ name }) => name), ...result.rows]
        .map((row) => `${row.map(csvCell).join(',')}\r\n`)
        .join('');
    case 'table':
      return table(result);
  }
}

const records = ({ columns, rows }: QueryResult): Record<string, QueryValue>[] =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])));

function csvCell(value: QueryValue): string {
  if (value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function table({ columns, rows, truncated }: QueryResult): string {
  const text = rows.map((row) => row.map(tableCell));
  const widths = columns.map(({ name }, at) =>
    Math.max(name.length, ...text.map((row) => row[at]?.length ?? 0)),
  );
  const isNumber = columns.map((_, at) => rows.every((row) => typeof row[at] !== 'string'));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) =>
        isNumber[at] === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const count = `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`;
  return [
    line(columns.map(({ name }) => name)),
    line(widths.map((width) => '-'.repeat(width))),
    ...text.map(line),
    truncated ? `first ${count}, there are more` : count,
    '',
  ].join('\n');
}

function tableCell(value: QueryValue): string {
  const raw =
    value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const text = raw.replace(/\p{Cc}/gu, '�');
  return text.length > CELL_WIDTH_MAX ? `${text.slice(0, CELL_WIDTH_MAX - 1)}…` : text;
}
