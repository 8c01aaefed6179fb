// How complete the data is: bars with their coverage, and the ledger of gaps.
import { h } from '/vendor/vue.js';
import { age, clockTime, count, msOfNs, percent } from '/page/format.js';
import { badge, card, table, tag } from '/page/views/table.js';

const BAR_COLUMNS = [
  { title: 'Bar', class: 'name' },
  { title: 'Open', class: 'number wide' },
  { title: 'High', class: 'number wide' },
  { title: 'Low', class: 'number wide' },
  { title: 'Close', class: 'number' },
  { title: 'Volume', class: 'number wide' },
  { title: 'Trades', class: 'number wide' },
  { title: 'Coverage', class: 'number' },
];

export function renderBars({ bars, status }) {
  const rows = bars.map((bar) => ({
    key: `${bar.symbol} ${bar.intervalMs} ${bar.startNs}`,
    cells: [
      h('span', { class: 'symbol' }, [
        bar.symbol,
        h('small', `${clockTime(msOfNs(bar.startNs))}, ${bar.intervalMs / 1000} s`),
      ]),
      bar.open ?? '–',
      bar.high ?? '–',
      bar.low ?? '–',
      h(
        'span',
        { class: Number(bar.close) >= Number(bar.open) ? 'last up' : 'last down' },
        bar.close ?? '–',
      ),
      bar.volume ?? '–',
      count(bar.trades),
      h('span', [
        h('span', { class: bar.coverage < 1 ? 'alarm' : 'calm' }, percent(bar.coverage)),
        bar.revision > 0 ? tag(`rev ${bar.revision}`, 'a later trade changed it') : null,
      ]),
    ],
  }));
  const note = status === null ? '' : `${count(status.barsClosed)} closed`;
  return card(
    'Bars',
    note,
    table(BAR_COLUMNS, rows, 'None has closed since this page opened.'),
    'half',
  );
}

const GAP_COLUMNS = [
  { title: 'Where', class: 'name' },
  { title: 'State', class: 'state' },
  { title: 'Missing', class: 'number' },
  { title: 'Noticed by', class: 'wide' },
  { title: 'Repaired by', class: '' },
  { title: 'Ago', class: 'number' },
];

export function renderGaps({ gaps: { gaps, total } }) {
  const rows = gaps.map((gap, at) => ({
    key: `${gap.id ?? at} ${gap.noticedTs ?? gap.noticedMs ?? at}`,
    cells: gapCells(gap),
  }));
  const note = total > gaps.length ? `the newest ${gaps.length} of ${count(total)}` : '';
  return card(
    'Gaps',
    note,
    table(GAP_COLUMNS, rows, 'The ledger is empty: nothing is missing.'),
    'half',
  );
}

/** Services write what they know: a field that is not there is not guessed. */
function gapCells(gap) {
  const text = (value) => (value === undefined || value === null ? '–' : String(value));
  const noticedMs = gap.noticedTs === undefined ? Number(gap.noticedMs) : msOfNs(gap.noticedTs);
  return [
    h('span', { class: 'symbol' }, [
      text(gap.symbol ?? gap.channel ?? gap.ring),
      h('small', text(gap.vendor ?? gap.service ?? '')),
    ]),
    gap.state === undefined ? '–' : badge(String(gap.state)),
    text(gap.missing ?? gap.missingCount ?? gap.count),
    text(gap.noticedBy ?? gap.cause ?? gap.reason),
    text(gap.repairedBy ?? gap.repair ?? gap.repaired),
    Number.isNaN(noticedMs) ? '–' : age(Date.now() - noticedMs),
  ];
}
