/** Text in aligned columns; colours do not count for the width. */
import { withoutColour } from './colour.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Keeps a column from jumping while its values change. */
  readonly widthMin?: number;
}

const GAP = '  ';

/** The titles, painted by `paintTitle`, and one line per row. */
export function renderColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paintTitle: (text: string) => string,
): string[] {
  const widths = columns.map((column, at) =>
    Math.max(
      column.widthMin ?? 0,
      column.title.length,
      ...rows.map((row) => visibleWidth(row[at] ?? '')),
    ),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, at) => pad(cells[at] ?? '', widths[at] ?? 0, column.align ?? 'left'))
      .join(GAP)
      .trimEnd();
  return [paintTitle(line(columns.map((column) => column.title))), ...rows.map(line)];
}

/** Cells a text takes on a terminal. */
export function visibleWidth(text: string): number {
  return [...withoutColour(text)].length;
}

const TOKEN = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]|.`, 'gsu');

/** Cuts a line to `width` cells with an ellipsis, escape sequences kept whole. */
export function fitWidth(line: string, width: number): string {
  if (visibleWidth(line) <= width) return line;
  let out = '';
  let used = 0;
  let isColoured = false;
  for (const [token] of line.matchAll(TOKEN)) {
    if (token.length > 1 && token.charCodeAt(0) === 27) {
      isColoured = true;
      out += token;
    } else if (used < width - 1) {
      out += token;
      used++;
    } else break;
  }
  return `${out}…${isColoured ? `${String.fromCharCode(27)}[0m` : ''}`;
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - visibleWidth(text)));
  return align === 'left' ? text + space : space + text;
}
