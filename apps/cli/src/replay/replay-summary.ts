import { droppedOf } from '@tickwire/system';
import type { HopRow } from '@tickwire/system';
import { paintFor } from '../colour.ts';
import { countOf, formatCount, formatRate } from '../quantity.ts';
import type { Terminal } from '../terminal.ts';
import { renderColumns } from '../text-columns.ts';
import type { BookJson } from './book-set.ts';
import type { NotComparable, QuoteCheck } from './quote-check.ts';

/** What a replay found, for people and as JSON. */
export interface ReplaySummary {
  readonly durationMs: number;
  /** Lines of messages, or recorded ticks, read from the sources. */
  readonly read: number;
  readonly unit: string;
  readonly ticks: number;
  readonly lost: number;
  readonly dropped: number;
  readonly books: readonly BookSummary[];
  readonly tickers: TickerTotals;
  /** What is not as it should be, in sentences. */
  readonly complaints: readonly string[];
}

interface BookSummary {
  readonly symbol: string;
  readonly sequence: string;
  readonly bids: number;
  readonly asks: number;
  readonly bestBid: readonly [string, string] | null;
  readonly bestAsk: readonly [string, string] | null;
  readonly tickersCompared: number;
  readonly tickersEqual: number;
}

interface TickerTotals {
  readonly compared: number;
  readonly equal: number;
  readonly notComparable: Readonly<Record<NotComparable, number>>;
}

const REASONS: Readonly<Record<NotComparable, string>> = {
  beforeImage: 'before the snapshot',
  afterLastChange: 'after the last change',
  noBook: 'without a book',
  tooOld: 'older than the history kept',
  waitingOverflow: 'beyond the waiting room',
};

export function summarise(parts: {
  books: ReadonlyMap<string, BookJson>;
  quotes: QuoteCheck;
  hops: readonly HopRow[];
  wanted: ReadonlySet<string> | undefined;
  durationMs: number;
}): ReplaySummary {
  const { books, quotes, hops, wanted } = parts;
  const tickers = {
    compared: 0,
    equal: 0,
    notComparable: { beforeImage: 0, afterLastChange: 0, noBook: 0, tooOld: 0, waitingOverflow: 0 },
  };
  const complaints: string[] = [];
  for (const symbol of quotes.symbols()) {
    const counts = quotes.counts(symbol);
    if (counts === undefined || (wanted !== undefined && !wanted.has(symbol))) continue;
    tickers.compared += counts.compared;
    tickers.equal += counts.equal;
    for (const reason of Object.keys(REASONS) as NotComparable[]) {
      tickers.notComparable[reason] += counts.notComparable[reason];
    }
    if (counts.differences.length > 0) {
      const unequal = countOf(counts.compared - counts.equal, 'quote');
      complaints.push(
        `${symbol}: ${unequal} differ from the book: ${counts.differences.join('; ')}`,
      );
    }
  }
  for (const symbol of wanted ?? []) {
    if (!books.has(symbol)) complaints.push(`the captures give no book of ${symbol}`);
  }
  for (const [symbol, book] of books) {
    if (book.trusted !== false) continue;
    complaints.push(`changes of ${symbol} are missing: its book is suspect`);
  }
  const hopOf = (pattern: RegExp): HopRow | undefined =>
    hops.find(({ name }) => pattern.test(name));
  const ring = hopOf(/^ring\./);
  const parse = hopOf(/\.parse$/);
  if (parse !== undefined && Number(parse.in) > 0 && Number(parse.out) === 0) {
    const vendor = parse.name.replace(/\.parse$/, '');
    complaints.push(`none of the ${countOf(Number(parse.in), 'message')} is one of ${vendor}`);
  }
  return {
    durationMs: parts.durationMs,
    read: Number(hopOf(/^file\./)?.in ?? 0),
    unit: hopOf(/^file\./)?.unit ?? 'message',
    ticks: Number(ring?.out ?? 0),
    lost: Number(ring?.dropped.lapped ?? 0),
    dropped: hops.reduce((sum, hop) => sum + droppedOf(hop), 0),
    books: [...books].map(([symbol, book]) => summariseBook(symbol, book)),
    tickers,
    complaints,
  };
}

function summariseBook(symbol: string, book: BookJson): BookSummary {
  return {
    symbol,
    sequence: book.sequence,
    bids: book.bids.length,
    asks: book.asks.length,
    bestBid: book.bids[0] ?? null,
    bestAsk: book.asks[0] ?? null,
    tickersCompared: book.tickersCompared ?? 0,
    tickersEqual: book.tickersEqual ?? 0,
  };
}

export function showSummary(summary: ReplaySummary, terminal: Terminal): void {
  const paint = paintFor(terminal.hasColour);
  const best = (level: readonly [string, string] | null): string =>
    level === null ? '-' : `${level[1]} @ ${level[0]}`;
  const rows = summary.books.map((book) => [
    book.symbol,
    book.sequence,
    formatCount(book.bids),
    formatCount(book.asks),
    best(book.bestBid),
    best(book.bestAsk),
    `${formatCount(book.tickersEqual)} of ${formatCount(book.tickersCompared)}`,
  ]);
  const columns = [
    { title: 'symbol' },
    { title: 'sequence', align: 'right' as const },
    { title: 'bids', align: 'right' as const },
    { title: 'asks', align: 'right' as const },
    { title: 'best bid', align: 'right' as const },
    { title: 'best ask', align: 'right' as const },
    { title: 'tickers equal', align: 'right' as const },
  ];
  for (const line of renderColumns(columns, rows, paint.strong)) terminal.out(`${line}\n`);
  const rate = formatRate((summary.ticks * 1000) / Math.max(1, summary.durationMs));
  terminal.out(
    `${countOf(summary.read, summary.unit)} read, ${countOf(summary.ticks, 'tick')} ` +
      `(${rate}/s), ${formatCount(summary.lost)} lost, ${formatCount(summary.dropped)} dropped\n`,
  );
  terminal.out(`${tickerLine(summary.tickers)}\n`);
}

function tickerLine(tickers: TickerTotals): string {
  const others = Object.entries(tickers.notComparable)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${formatCount(count)} ${REASONS[reason as NotComparable]}`);
  const rest = others.length === 0 ? '' : `; not comparable: ${others.join(', ')}`;
  return (
    `tickers: ${formatCount(tickers.compared)} compared, ` +
    `${formatCount(tickers.equal)} equal to the book at their sequence${rest}`
  );
}
