// The whole page: head, connection, cards.
import { h } from '/vendor/vue.js';
import { age, bytes, count, duration, rate } from '/page/format.js';
import { renderLogin } from '/page/views/login.js';
import { renderMarkets } from '/page/views/markets.js';
import { renderBars, renderGaps } from '/page/views/quality.js';
import { renderLatency, renderRings, renderServices } from '/page/views/services.js';
import { sparkline } from '/page/views/sparkline.js';
import { badge } from '/page/views/table.js';

const CONNECTIONS = {
  connecting: ['warn', 'connecting'],
  live: ['good', 'connected'],
  silent: ['bad', 'api is silent'],
  lost: ['bad', 'api is gone'],
  refused: ['bad', 'no key'],
};

export function renderPage(state, { enter }) {
  if (state.connection === 'refused') return [head(state), renderLogin(state, enter)];
  const isOld = state.connection !== 'live' && state.heardAtMs !== null;
  return [
    head(state),
    banner(state),
    h('main', { class: isOld ? 'old' : '', 'aria-busy': state.status === null }, [
      summary(state),
      h('div', { class: 'grid' }, [
        renderMarkets(state),
        renderServices(state),
        renderLatency(state),
        renderRings(state),
        renderBars(state),
        renderGaps(state),
      ]),
    ]),
  ];
}

function head(state) {
  const [tone, text] = CONNECTIONS[state.connection];
  return h('header', { class: 'top' }, [
    h('h1', [h('img', { src: '/page/icon.svg', alt: '', width: 24, height: 24 }), 'Tickwire']),
    state.status === null || state.connection !== 'live'
      ? null
      : h('p', { class: 'overall' }, ['system ', badge(state.status.status)]),
    h('p', { class: `connection ${tone}`, role: 'status', id: 'connection' }, [
      h('span', { class: 'dot', 'aria-hidden': 'true' }),
      text,
    ]),
  ]);
}

/** Says plainly that what is below is old, and how old. */
function banner(state) {
  const { connection, heardAtMs } = state;
  if (connection === 'live' || (connection === 'connecting' && heardAtMs === null)) return null;
  const since = heardAtMs === null ? '' : ` Values are ${age(Date.now() - heardAtMs)} old.`;
  const what =
    connection === 'silent'
      ? 'The api has stopped answering.'
      : connection === 'lost'
        ? 'The api cannot be reached. Trying again.'
        : 'Connecting again.';
  return h('p', { class: 'banner', role: 'alert', id: 'banner' }, what + since);
}

function summary(state) {
  const { status, rates } = state;
  const decode = status?.latency.decode;
  const store = status?.store;
  return h('dl', { class: 'summary' }, [
    fact('Ticks a second', rate(rates.at(-1)), sparkline(rates)),
    fact('Decode p50 / p99', `${duration(decode?.p50Ns)} / ${duration(decode?.p99Ns)}`),
    fact('Lost', count(status?.lost), null, status?.lost > 0 ? 'warn' : ''),
    fact('Gaps', count(status?.gaps), null, status?.gaps > 0 ? 'warn' : ''),
    fact('Bars closed', count(status?.barsClosed)),
    fact('Stored', store === undefined ? '–' : `${count(store.rows)} rows`, null, '', () =>
      bytes(store?.bytes ?? 0),
    ),
    ...(state.losses + state.holes === 0
      ? []
      : [fact('Not shown here', count(state.losses + state.holes), null, 'warn')]),
  ]);
}

const fact = (name, value, extra = null, tone = '', note = undefined) =>
  h('div', { class: `fact ${tone}` }, [
    h('dt', name),
    h('dd', [value, note === undefined ? null : h('small', ` ${note()}`)]),
    extra,
  ]);
