// Start of the page: session, stream, and one render per frame at most.
import { createApp, h, shallowRef } from '/vendor/vue.js';
import { ask, lookAtSession, openSession, takeKeyFromUrl } from '/page/session.js';
import { Stream } from '/page/stream.js';
import { SystemState } from '/page/system-state.js';
import { renderPage } from '/page/views/page.js';

const GAPS_MS = 5_000;
const MARKETS_MS = 10_000;

const state = new SystemState();
/** Counts the changes: what the page is drawn from is a plain object behind it. */
const version = shallowRef(0);
let isDrawing = false;

function draw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    version.value += 1;
  });
}

const stream = new Stream({
  subscriptions: [
    { id: 'markets', channel: 'ticks', kinds: ['QUOTE', 'TRADE'], intervalMs: 250 },
    { id: 'streams', channel: 'streams' },
    { id: 'bars', channel: 'bars' },
    { id: 'services', channel: 'services' },
  ],
  onData(message) {
    state.take(message);
    // The stream has begun: what it does not repeat is asked for once.
    if (message.type === 'ack' && message.id === 'services') void refresh();
    draw();
  },
  onState(connection) {
    state.connection = connection;
    draw();
  },
  look: lookAtSession,
});

async function refresh() {
  await Promise.allSettled([refreshMarkets(), refreshGaps()]);
  draw();
}

async function refreshMarkets() {
  state.takeMarkets((await ask('/api/v1/markets?limit=1000')).markets);
}

async function refreshGaps() {
  state.gaps = await ask('/api/v1/gaps?limit=50');
}

async function enter(key) {
  const outcome = await openSession(key);
  state.connection = outcome === 'open' ? 'connecting' : outcome === 'refused' ? 'refused' : 'lost';
  state.wasRefused = outcome === 'refused';
  draw();
  if (outcome === 'open') stream.open();
  return outcome;
}

createApp({
  setup: () => () => (version.value, h('div', { class: 'page' }, renderPage(state, { enter }))),
}).mount('#app');

const whenConnected = (work) => () => {
  if (state.connection === 'live') void work().then(draw, () => undefined);
};
setInterval(whenConnected(refreshGaps), GAPS_MS);
setInterval(whenConnected(refreshMarkets), MARKETS_MS);
setInterval(draw, 500); // ages

const key = takeKeyFromUrl();
if (key === null) stream.open();
else if ((await enter(key)) === 'unreachable') stream.open();
addEventListener('hashchange', () => {
  const another = takeKeyFromUrl();
  if (another !== null) void enter(another);
});
