/**
 * Names of counter cells → names of Prometheus metrics, by rule and not by list, so that a new
 * counter shows without a change here. Units become base units: seconds, bytes, ratios.
 *
 *   hop/<hop>/<unit>/in              tickwire_hop_in_total{hop,unit}
 *   hop/<hop>/<unit>/dropped:<why>   tickwire_hop_dropped_total{hop,unit,reason}
 *   count/<name>                     tickwire_<name>_total
 *   gauge/<name>                     tickwire_<name>
 *   service/<name>/up                tickwire_service_up{name}
 *   service/<name>/restarts          tickwire_service_restarts_total{name}
 *   latency/<stage>                  histogram tickwire_latency_seconds{stage}
 *   state/…                          a process's own bookkeeping: not shown
 */

export interface MetricName {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly labels: Readonly<Record<string, string>>;
  /** What to multiply the cell's value with. */
  readonly scale: number;
}

const PREFIX = 'tickwire_';

/** Name of a single cell; `undefined` for bookkeeping and for names of no known form. */
export function metricName(cell: string): MetricName | undefined {
  const slash = cell.indexOf('/');
  const rest = cell.slice(slash + 1);
  switch (cell.slice(0, slash)) {
    case 'hop':
      return hopName(rest);
    case 'count':
      return withUnit(countLabels(rest), 'counter');
    case 'gauge':
      return withUnit(labelled(rest), 'gauge');
    case 'service':
      return serviceName(rest);
    default:
      return undefined;
  }
}

/** Stage of a histogram's cell name; `undefined` when it is no latency. */
export function latencyStage(cell: string): string | undefined {
  return cell.startsWith('latency/') ? cell.slice('latency/'.length) : undefined;
}

function hopName(rest: string): MetricName | undefined {
  const match = /^([^/]+)\/([^/]+)\/(inFlight|in|out|dropped)(?::(.+))?$/.exec(rest);
  if (match === null) return undefined;
  const [, hop = '', unit = '', term = '', detail = ''] = match;
  const labels = { hop, unit };
  if (term === 'inFlight') return gauge('hop_in_flight', labels);
  if (term === 'dropped') return counter('hop_dropped_total', { ...labels, reason: detail });
  if (detail !== '') return counter('hop_part_total', { ...labels, part: detail });
  return counter(`hop_${term}_total`, labels);
}

function serviceName(rest: string): MetricName | undefined {
  const match = /^(.+)\/(\w+)$/.exec(rest);
  if (match === null) return undefined;
  const [, name = '', what = ''] = match;
  if (what === 'restarts') return counter('service_restarts_total', { name });
  return gauge(`service_${snake(what)}`, { name });
}

interface Labelled {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Counters with a value in their name besides rings and states. */
const WITH_VALUE: readonly (readonly [RegExp, name: string, label: string])[] = [
  [/^spansDropped\.(\w+)$/, 'spansDropped', 'reason'],
  [/^cme\.damaged\.([A-Z][A-Z0-9_]*)$/, 'cme.damaged', 'reason'],
  [/^databento\.lost\.(\w+)$/, 'databento.lost', 'reason'],
  [/^persistence\.([A-Z][A-Z0-9_]*)$/, 'persistence.errors', 'code'],
  [/^sent\.([\w-]+)$/, 'sim.sent', 'kind'],
  [/^connections\.closed\.([\w-]+)$/, 'sim.connectionsClosed', 'reason'],
];
/** The simulator's own, named apart from those of gateways. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['connections.opened', 'sim.connectionsOpened'],
]);

function countLabels(rest: string): Labelled {
  for (const [pattern, name, label] of WITH_VALUE) {
    const value = pattern.exec(rest)?.[1];
    if (value !== undefined) return { name, labels: { [label]: value } };
  }
  return labelled(RENAMED.get(rest) ?? rest);
}

/** Parts of a name that are values: the state of a stream, a ring and its reader. */
function labelled(rest: string): Labelled {
  const byState = /^(streams|connections|circuit)\.(\w+)$/.exec(rest);
  if (byState !== null) {
    const [, name = '', state = ''] = byState;
    return { name, labels: { state: snake(state) } };
  }
  const ofLeg = /^cme\.(\d+)\.([AB])\.received$/.exec(rest);
  if (ofLeg !== null) {
    const [, channel = '', leg = ''] = ofLeg;
    return { name: 'cme.received', labels: { channel, leg } };
  }
  const ofReader = /^ring\.(.+)\.([\w-]+)\.(\w+)$/.exec(rest);
  if (ofReader !== null) {
    const [, ring = '', reader = '', what = ''] = ofReader;
    return { name: `ring.${what}`, labels: { ring, reader } };
  }
  const ofRing = /^(aggregator|persistence|gateway|api)\.(.+\.\d+)\.(\w+)$/.exec(rest);
  if (ofRing !== null) {
    const [, service = '', ring = '', what = ''] = ofRing;
    return { name: `${service}.${what}`, labels: { ring } };
  }
  return { name: rest, labels: {} };
}

const UNITS: readonly (readonly [suffix: RegExp, unit: string, scale: number])[] = [
  [/Ms$/, 'Seconds', 1e-3],
  [/Us$/, 'Seconds', 1e-6],
  [/Ns$/, 'Seconds', 1e-9],
];

function withUnit({ name, labels }: Labelled, type: MetricName['type']): MetricName {
  const unit = UNITS.find(([suffix]) => suffix.test(name));
  const base = unit === undefined ? name : name.replace(unit[0], unit[1]);
  const full = PREFIX + snake(base) + (type === 'counter' ? '_total' : '');
  return { name: full, type, labels, scale: unit?.[2] ?? 1 };
}

const counter = (name: string, labels: MetricName['labels']): MetricName => ({
  name: PREFIX + name,
  type: 'counter',
  labels,
  scale: 1,
});

const gauge = (name: string, labels: MetricName['labels']): MetricName => ({
  ...counter(name, labels),
  type: 'gauge',
});

/** `kucoin.rejectedNotKept` → `kucoin_rejected_not_kept`. */
function snake(name: string): string {
  return name
    .replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`)
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}
