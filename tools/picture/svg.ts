/** A terminal's screen as SVG whose text stays text: it can be selected, searched, read out. */
import { textOf } from './screen.ts';
import type { Cell, Style } from './screen.ts';

export interface PictureOptions {
  readonly columns: number;
  /** In the bar of the window, and what a screen reader says first. */
  readonly title: string;
}

const CELL_WIDTH = 8.4;
const LINE_HEIGHT = 19;
const PADDING = 18;
const BAR_HEIGHT = 36;

const COLOURS: Readonly<Record<string, string>> = {
  red: '#ff7b72',
  green: '#3fb950',
  yellow: '#d29922',
  cyan: '#56d4dd',
};
const FOREGROUND = '#e6edf3';
const DIM = '#8b949e';

export function renderSvg(rows: readonly (readonly Cell[])[], options: PictureOptions): string {
  const width = Math.ceil(options.columns * CELL_WIDTH + 2 * PADDING);
  const height = Math.ceil(rows.length * LINE_HEIGHT + PADDING + BAR_HEIGHT);
  const lines = rows.flatMap((row, at) => renderRow(row, BAR_HEIGHT + (at + 1) * LINE_HEIGHT - 5));
  const title = escapeXml(options.title);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"` +
      ` width="${width}" height="${height}" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, at) => `<circle cx="${20 + at * 18}" cy="18" r="6" fill="${fill}"/>`,
    ),
    `<text x="${width / 2}" y="23" fill="${DIM}" font-family="sans-serif" font-size="13"` +
      ` text-anchor="middle">${title}</text>`,
    `<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"` +
      ` font-size="14" fill="${FOREGROUND}" xml:space="preserve">`,
    ...lines,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Each run of one style starts at its own cell, so that columns align in any font. */
function renderRow(row: readonly Cell[], y: number): string[] {
  if (textOf(row).trim() === '') return [];
  const spans: string[] = [];
  for (let from = 0; from < row.length;) {
    const to = endOfRun(row, from);
    const text = textOf(row.slice(from, to));
    if (text.trim() !== '') spans.push(renderRun(text, from, row[from]?.style));
    from = to;
  }
  return [`<text y="${y}">${spans.join('')}</text>`];
}

/** A run ends where the style changes, and where two blanks part it from the next column. */
function endOfRun(row: readonly Cell[], from: number): number {
  const style = row[from]?.style;
  let to = from + 1;
  while (to < row.length && isSameStyle(row[to]?.style, style)) {
    const [before, blank, now] = [row[to - 2], row[to - 1], row[to]].map((cell) => cell?.char);
    const startsColumn = before === ' ' && blank === ' ' && now !== ' ';
    if (startsColumn && to - from > 1) break;
    to++;
  }
  return to;
}

function renderRun(text: string, column: number, style: Style | undefined): string {
  const lead = text.length - text.trimStart().length;
  const x = (PADDING + (column + lead) * CELL_WIDTH).toFixed(1);
  const colour = style?.colour === undefined ? undefined : COLOURS[style.colour];
  const fill = colour ?? (style?.dim === true ? DIM : undefined);
  const attributes = [
    `x="${x}"`,
    ...(fill === undefined ? [] : [`fill="${fill}"`]),
    ...(style?.bold === true ? ['font-weight="bold"'] : []),
  ];
  return `<tspan ${attributes.join(' ')}>${escapeXml(text.trim())}</tspan>`;
}

function isSameStyle(a: Style | undefined, b: Style | undefined): boolean {
  return a?.colour === b?.colour && a?.bold === b?.bold && a?.dim === b?.dim;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
