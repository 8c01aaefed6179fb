// Every instrument: best bid and ask, last trade, and what its stream says of itself.
import { h } from '/vendor/vue.js';
import { age, count, msOfNs } from '/page/format.js';
import { badge, card, table, tag } from '/page/views/table.js';

const ROWS_MAX = 500;

const COLUMNS = [
  { title: 'Symbol', class: 'name' },
  { title: 'Bid', class: 'number' },
  { title: 'Ask', class: 'number' },
  { title: 'Bid size', class: 'number wide' },
  { title: 'Ask size', class: 'number wide' },
  { title: 'Last', class: 'number' },
  { title: 'Size', class: 'number wide' },
  { title: 'State', class: 'state wide' },
  { title: 'Age', class: 'number' },
];

export function renderMarkets(state) {
  const all = [...state.markets.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const shown = all.slice(0, ROWS_MAX);
  const note =
    all.length > ROWS_MAX
      ? `the first ${ROWS_MAX} of ${count(all.length)}`
      : `${count(all.length)} instruments`;
  const rows = shown.map((market) => ({
    key: `${market.symbol} ${market.ring}`,
    class: market.state === 'live' ? '' : 'unsure',
    cells: cellsOf(market),
  }));
  return card(
    'Markets',
    note,
    table(COLUMNS, rows, 'No instrument has said anything yet.'),
    'wide',
  );
}

function cellsOf(market) {
  const { quote, trade } = market;
  const newest = Math.max(...[quote, trade].map((tick) => msOfNs(tick?.tsRecv) || 0));
  const isUp = market.move === 'up';
  const states = () =>
    h('span', { class: 'states' }, [
      badge(market.state, sinceText(market)),
      market.simulated ? tag('simulated', 'from a simulator, not from the venue') : null,
      market.replayed ? tag('replayed', 'from a recording') : null,
    ]);
  return [
    h('span', { class: 'symbol' }, [
      market.symbol,
      h('small', market.venue),
      h('span', { class: 'narrow' }, [states()]),
    ]),
    h('span', { class: 'bid' }, quote?.bidPrice ?? '–'),
    h('span', { class: 'ask' }, quote?.askPrice ?? '–'),
    quote?.bidSize ?? '–',
    quote?.askSize ?? '–',
    h('span', { class: `last ${market.move}` }, [
      market.move === '' ? '' : h('i', { 'aria-label': market.move }, isUp ? '▲' : '▼'),
      trade?.price ?? '–',
    ]),
    trade?.size ?? '–',
    states(),
    newest === 0 ? '–' : age(Date.now() - newest),
  ];
}

function sinceText({ sinceTs, reason }) {
  if (sinceTs === null || sinceTs === undefined) return 'its stream has not said since when';
  return `for ${age(Date.now() - msOfNs(sinceTs))}: ${reason}`;
}
