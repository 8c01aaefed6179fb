/** The accounts as text: every hop with its terms, then the ledger of gaps. */
import { droppedOf } from '@tickwire/system';
import type { Count, HopRow, LedgerEntry } from '@tickwire/system';
import type { Paint } from '../colour.ts';
import { countOf, formatCount } from '../quantity.ts';
import { renderColumns } from '../text-columns.ts';

const GAPS_SHOWN = 20;

export function renderHops(hops: readonly HopRow[], paint: Paint): string[] {
  return renderColumns(
    [
      { title: 'HOP' },
      { title: 'UNIT' },
      { title: 'IN', align: 'right' },
      { title: 'OUT', align: 'right' },
      { title: 'DROPPED', align: 'right' },
      { title: 'IN FLIGHT', align: 'right' },
      { title: '' },
    ],
    hops.map((hop) => [
      hop.name,
      hop.unit,
      cell(hop.in, paint),
      cell(hop.out, paint),
      droppedCell(hop, paint),
      cell(hop.inFlight, paint),
      hop.balanced ? paint.good('balances') : paint.bad('does not balance'),
    ]),
    paint.dim,
  );
}

export function renderGaps(gaps: readonly LedgerEntry[], omitted: number, paint: Paint): string[] {
  const all = gaps.length + omitted;
  if (all === 0) return ['No gap in the ledger.'];
  const shown = gaps.slice(-GAPS_SHOWN).map((gap) => paint.dim(JSON.stringify(gap)));
  const which = all > shown.length ? `, the last ${shown.length} of them` : '';
  return [`${countOf(all, 'gap')} in the ledger${which}:`, ...shown];
}

function cell(count: Count | null, paint: Paint): string {
  if (count === null) return paint.bad('not counted');
  return typeof count === 'number' ? formatCount(count) : count;
}

function droppedCell(hop: HopRow, paint: Paint): string {
  const total = droppedOf(hop);
  if (total === 0) return '0';
  const reasons = Object.entries(hop.dropped)
    .filter(([, n]) => Number(n) > 0)
    .map(([reason, n]) => `${reason} ${n}`);
  return paint.warn(`${formatCount(total)} (${reasons.join(', ')})`);
}
