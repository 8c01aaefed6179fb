/**
 * The mapped counters of a service as Prometheus metrics. Nothing happens per tick: the cells are
 * read when a scrape comes, straight from the memory in which they are counted.
 */
import { cumulativeLatency } from '@tickwire/core';
import type { CounterSnapshot } from '@tickwire/core';
import { Gauge, Registry } from 'prom-client';
import { metricHelp } from './metric-help.ts';
import { latencyStage, metricName } from './metric-names.ts';

/** Bounds of the latency buckets in ns: 1 µs to 10 s, three to a decade. */
export const LATENCY_BOUNDS_NS: readonly number[] = [
  1e3, 2.5e3, 5e3, 1e4, 2.5e4, 5e4, 1e5, 2.5e5, 5e5, 1e6, 2.5e6, 5e6, 1e7, 2.5e7, 5e7, 1e8, 2.5e8,
  5e8, 1e9, 2.5e9, 5e9, 1e10,
];

/** Samples of one scrape at most: what is beyond is counted, not sent. */
const SAMPLES_MAX = 5_000;

type Labels = Record<string, string | number>;

interface Sample {
  readonly value: number;
  readonly labels: Labels;
  /** Of a histogram's parts: `…_bucket`, `…_sum`, `…_count`. */
  readonly metricName?: string;
}

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly values: Sample[];
}

/** Families of one snapshot, each with its samples; `service` is a label of every one. */
export function familiesOf(snapshot: CounterSnapshot, service: string): Map<string, Family> {
  const families = new Map<string, Family>();
  let samples = 0;
  let leftOut = 0;
  const put = (family: Omit<Family, 'values'>, values: readonly Sample[]): void => {
    if (samples + values.length > SAMPLES_MAX) {
      leftOut += values.length;
      return;
    }
    samples += values.length;
    const known = families.get(family.name);
    if (known === undefined) families.set(family.name, { ...family, values: [...values] });
    else known.values.push(...values);
  };
  for (const [cell, value] of snapshot.values) {
    const metric = metricName(cell);
    if (metric === undefined) continue;
    const { name, type } = metric;
    put({ name, type }, [{ value: value * metric.scale, labels: { service, ...metric.labels } }]);
  }
  for (const [cell, cells] of snapshot.histograms) {
    const stage = latencyStage(cell);
    if (stage === undefined) continue;
    const { samples: buckets, maxSeconds } = histogramSamples(cells, { service, stage });
    put({ name: 'tickwire_latency_seconds', type: 'histogram' }, buckets);
    const max = [{ value: maxSeconds, labels: { service, stage } }];
    put({ name: 'tickwire_latency_max_seconds', type: 'gauge' }, max);
  }
  const left = { value: leftOut, labels: { service } };
  families.set('tickwire_metrics_left_out', {
    name: 'tickwire_metrics_left_out',
    type: 'gauge',
    values: [left],
  });
  return families;
}

function histogramSamples(
  cells: Float64Array,
  labels: Labels,
): { samples: Sample[]; maxSeconds: number } {
  const { counts, count, sumNs, maxNs } = cumulativeLatency(cells, LATENCY_BOUNDS_NS);
  const name = 'tickwire_latency_seconds';
  const buckets = LATENCY_BOUNDS_NS.map((bound, at) => ({
    metricName: `${name}_bucket`,
    value: counts[at] ?? 0,
    labels: { ...labels, le: seconds(bound) },
  }));
  const samples = [
    ...buckets,
    { metricName: `${name}_bucket`, value: count, labels: { ...labels, le: '+Inf' } },
    { metricName: `${name}_sum`, value: sumNs / 1e9, labels },
    { metricName: `${name}_count`, value: count, labels },
  ];
  return { samples, maxSeconds: maxNs / 1e9 };
}

/** Without the noise of binary fractions: 0.0000025, not 2.4999999999999998e-6. */
const seconds = (ns: number): string => String(Number((ns / 1e9).toPrecision(6)));

/** A family as prom-client renders it. */
class MappedFamily extends Gauge<string> {
  readonly #family: Family;

  constructor(family: Family) {
    super({ name: family.name, help: metricHelp(family.name), registers: [] });
    this.#family = family;
  }

  override async get(): ReturnType<Gauge<string>['get']> {
    const { type, values } = this.#family;
    // The library declares types as numbers and prints them as they are: they must be the names.
    return { ...(await super.get()), type: type as never, values };
  }
}

/** Text of the families in the exposition format of Prometheus. */
export function renderFamilies(families: Iterable<Family>): Promise<string> {
  const registry = new Registry();
  for (const family of families) registry.registerMetric(new MappedFamily(family));
  return registry.metrics();
}
