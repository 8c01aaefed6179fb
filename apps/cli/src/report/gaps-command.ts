import type { Command } from 'commander';
import { DATA_DIR_DEFAULT, findFolders } from '@tickwire/system';
import type { LedgerEntry } from '@tickwire/system';
import { paintFor } from '../colour.ts';
import type { Paint } from '../colour.ts';
import { CliError } from '../errors.ts';
import { wholeNumber } from '../option-values.ts';
import type { CliContext } from '../program.ts';
import { countOf, formatCount, formatNs } from '../quantity.ts';
import { renderColumns } from '../text-columns.ts';
import { isOpen, listGaps, noticedMs, nsTextToMs } from './gap-list.ts';
import type { GapList } from './gap-list.ts';
import { pastTime } from './since.ts';

const EXAMPLES = `
Examples:
  tickwire gaps                              the newest gaps of the ledger
  tickwire gaps --since 24h --vendor kucoin  of one vendor since yesterday
  tickwire gaps --open                       those that nothing has repaired
  tickwire gaps --json | jq '.gaps[].symbol'

A gap is what a venue sent and Tickwire did not get: noticed by sequence, by a lost connection or by
a full buffer, and repaired or not. The ledger is kept over runs; nothing has to be running.`;

const SHOWN_DEFAULT = 50;

interface GapsFlags {
  since?: number;
  vendor?: string;
  open?: boolean;
  limit: number;
  dataDir: string;
  json?: boolean;
}

/** Registers `tickwire gaps`. */
export function registerGaps(program: Command, context: CliContext): void {
  const { terminal } = context;
  program
    .command('gaps')
    .description('show the ledger of gaps')
    .option('--since <time>', 'noticed since: 15m, 24h, 7d, or an ISO time', pastTime)
    .option('--vendor <name>', 'of one vendor')
    .option('--open', 'only gaps that nothing has repaired')
    .option('--limit <n>', 'newest gaps shown', wholeNumber({ min: 1, max: 10_000 }), SHOWN_DEFAULT)
    .option('--data-dir <dir>', 'data directory of the system', DATA_DIR_DEFAULT)
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: GapsFlags) => {
      if (findFolders(flags) === undefined) {
        throw new CliError('FAILED', `there is no data directory ${flags.dataDir}`, {
          hint: 'Make one with `tickwire up`, or name another --data-dir',
        });
      }
      const list = listGaps(flags.dataDir, {
        sinceMs: flags.since,
        vendor: flags.vendor,
        openOnly: flags.open,
      });
      const shown = list.gaps.slice(-flags.limit);
      const omitted = list.omitted + list.gaps.length - shown.length;
      if (flags.json === true) {
        terminal.out(`${JSON.stringify({ ...list, gaps: shown, omitted })}\n`);
      } else {
        const lines = renderGapList(
          { ...list, gaps: shown, omitted },
          paintFor(terminal.hasColour),
        );
        terminal.out(`${lines.join('\n')}\n`);
      }
    });
}

export function renderGapList(list: GapList, paint: Paint): string[] {
  const { gaps, omitted, open, repaired, unreadable } = list;
  const notes = unreadable === 0 ? [] : [paint.warn(`${countOf(unreadable, 'unreadable line')}`)];
  if (open + repaired === 0) return ['No gap in the ledger.', ...notes];
  const older = omitted === 0 ? '' : `, ${formatCount(omitted)} older ones not shown`;
  const summary = `${countOf(open + repaired, 'gap')}: ${open} open, ${repaired} repaired${older}`;
  if (gaps.length === 0) return [summary, ...notes];
  const table = renderColumns(
    [
      { title: 'NOTICED' },
      { title: 'VENDOR' },
      { title: 'STREAM' },
      { title: 'BY' },
      { title: 'MISSING', align: 'right' },
      { title: 'FROM SEQUENCE' },
      { title: 'STATE' },
      { title: 'AFTER', align: 'right' },
      { title: 'PROOF' },
    ],
    gaps.map((gap) => gapCells(gap, paint)),
    paint.dim,
  );
  return [...table, '', summary, ...notes];
}

function gapCells(gap: LedgerEntry, paint: Paint): string[] {
  const text = (name: string): string => scalarText(gap[name]);
  const noticed = noticedMs(gap);
  const repairedMs = nsTextToMs(gap.repairedTs);
  const state = isOpen(gap) ? paint.bad('open') : paint.good(text('repairedBy') || 'repaired');
  return [
    noticed === 0 ? 'not said' : new Date(noticed).toISOString(),
    text('vendor'),
    text('symbol') || text('channel') || 'connection',
    text('noticedBy'),
    typeof gap.missing === 'number' ? formatCount(gap.missing) : 'not known',
    text('firstMissing'),
    state,
    repairedMs === undefined || noticed === 0
      ? ''
      : formatNs(Math.max(0, repairedMs - noticed) * 1e6),
    proofText(gap.proof),
  ];
}

/** What the repair was checked against: `snapshotSequence 1234`, or `none`. */
function proofText(proof: unknown): string {
  if (typeof proof !== 'object' || proof === null) return scalarText(proof);
  return Object.entries(proof)
    .map(([name, value]) => `${name} ${scalarText(value)}`)
    .join(', ');
}

/** Texts of a file may hold anything: control characters would reach the terminal. */
function scalarText(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  return String(value)
    .replace(/\p{Cc}/gu, '?')
    .slice(0, 80);
}
