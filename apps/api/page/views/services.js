// Processes, latency by stage, rings.
import { h } from '/vendor/vue.js';
import { bytes, count, duration, percent, rate } from '/page/format.js';
import { badge, card, meter, table } from '/page/views/table.js';

const SERVICE_COLUMNS = [
  { title: 'Service', class: 'name' },
  { title: 'State', class: 'state wide' },
  { title: 'A second', class: 'number' },
  { title: 'Lost', class: 'number' },
  { title: 'Restarts', class: 'number wide' },
  { title: 'CPU', class: 'number' },
  { title: 'Memory', class: 'number wide' },
];

export function renderServices({ status }) {
  const services = status?.services ?? [];
  const unwell = services.filter((service) => !service.healthy).length;
  const note = unwell === 0 ? 'all well' : `${unwell} of ${services.length} not well`;
  const rows = services.map((service) => ({
    key: service.service,
    class: service.state === 'running' ? '' : 'unsure',
    cells: [
      h('span', { class: 'symbol' }, [
        service.service,
        service.reason === '' ? null : h('small', service.reason),
        h('span', { class: 'narrow' }, [badge(service.state, service.reason)]),
      ]),
      badge(service.state, service.reason),
      service.unit === '' || service.perSecond === null
        ? '–'
        : h('span', [rate(service.perSecond), h('small', ` ${service.unit}s`)]),
      alarming(service.lost),
      alarming(service.restarts),
      percent(service.cpuShare),
      service.pssBytes === 0 ? '–' : bytes(service.pssBytes),
    ],
  }));
  return card(
    'Services',
    status === null ? '' : note,
    table(SERVICE_COLUMNS, rows, 'Not known yet.'),
  );
}

const alarming = (value) => h('span', { class: value > 0 ? 'alarm' : 'calm' }, count(value));

const LATENCY_COLUMNS = [
  { title: 'Stage', class: 'name' },
  { title: 'p50', class: 'number' },
  { title: 'p99', class: 'number' },
  { title: 'Max', class: 'number' },
  { title: 'p50 to p99', class: 'range wide' },
];
/** The scale of the ranges: 100 ns to 10 s, each power of ten the same width. */
const SCALE = { from: 2, to: 10 };

export function renderLatency({ status }) {
  const stages = Object.entries(status?.latency ?? {});
  const rows = stages.map(([stage, { p50Ns, p99Ns, maxNs }]) => ({
    key: stage,
    cells: [stage, duration(p50Ns), duration(p99Ns), duration(maxNs), rangeOf(p50Ns, p99Ns)],
  }));
  return card('Latency', 'since the start', table(LATENCY_COLUMNS, rows, 'Nothing measured yet.'));
}

function rangeOf(fromNs, toNs) {
  const place = (ns) =>
    Math.max(0, Math.min(1, (Math.log10(Math.max(1, ns)) - SCALE.from) / (SCALE.to - SCALE.from)));
  const left = place(fromNs) * 100;
  const width = Math.max(1.5, place(toNs) * 100 - left);
  return h('span', { class: 'meter', 'aria-hidden': 'true' }, [
    h('span', { class: 'fill', style: { marginLeft: `${left}%`, width: `${width}%` } }),
  ]);
}

const RING_COLUMNS = [
  { title: 'Ring', class: 'name' },
  { title: 'State', class: 'state wide' },
  { title: 'Ticks a second', class: 'number' },
  { title: 'Published', class: 'number wide' },
  { title: 'Slowest reader', class: 'range' },
];

export function renderRings({ status }) {
  const rings = status?.rings ?? [];
  const rows = rings.map((ring) => ({
    key: ring.name,
    cells: [
      h('span', { class: 'symbol' }, [
        ring.name,
        h('small', `${count(ring.slots)} slots`),
        h('span', { class: 'narrow' }, [badge(ring.state)]),
      ]),
      badge(ring.state),
      rate(ring.ticksPerSecond),
      count(ring.published),
      h('span', { class: 'fillcell' }, [
        meter(ring.fill, `${percent(ring.fill, 1)} of the ring behind`),
        h('span', percent(ring.fill, 1)),
      ]),
    ],
  }));
  return card('Rings', '', table(RING_COLUMNS, rows, 'No ring yet.'));
}
