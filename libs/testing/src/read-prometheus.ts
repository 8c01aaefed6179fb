/**
 * Reads the text format of Prometheus (version 0.0.4) as strictly as the format is written down:
 * what a lenient scraper would forgive is an error here.
 */
export interface PrometheusSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: PrometheusSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# HELP (${NAME}) (.+)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const VALUE = /^(?:NaN|[+-]?Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** @throws Error with the line that breaks the format, or the histogram that does not add up. */
export function readPrometheus(text: string): Map<string, PrometheusFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, PrometheusFamily>();
  const series = new Set<string>();
  let help: { name: string; text: string } | undefined;
  let current: PrometheusFamily | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const [, helpName, helpText = ''] = HELP.exec(line) ?? [];
    const [, typeName, type = ''] = TYPE.exec(line) ?? [];
    if (helpName !== undefined) help = { name: helpName, text: helpText };
    else if (typeName !== undefined) {
      if (families.has(typeName)) fail('a family comes twice');
      if (help?.name !== typeName) return fail('TYPE does not follow its HELP');
      current = { name: typeName, type, help: help.text, samples: [] };
      families.set(typeName, current);
    } else if (line.startsWith('#')) fail('a comment');
    else {
      const sample = readSample(line) ?? fail('no sample');
      if (current === undefined || !belongs(sample.name, current)) fail('outside of its family');
      const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (series.has(key)) fail('a series comes twice');
      series.add(key);
      if (current?.type === 'counter' && !(sample.value >= 0)) fail('a counter below zero');
      current?.samples.push(sample);
    }
  }
  for (const family of families.values()) checkHistogram(family);
  return families;
}

/** Value of the one series with these labels, whatever others it has; `undefined` when none. */
export function sampleOf(
  families: ReadonlyMap<string, PrometheusFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = Object.entries(labels);
  const all = [...families.values()].flatMap(({ samples }) => samples);
  const found = all.filter(
    (sample) =>
      sample.name === name && wanted.every(([key, value]) => sample.labels[key] === value),
  );
  if (found.length > 1) throw new Error(`${name} ${JSON.stringify(labels)}: several series`);
  return found[0]?.value;
}

function readSample(line: string): PrometheusSample | undefined {
  const [, name, inBraces = '', text = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined || !VALUE.test(text)) return undefined;
  const labels: Record<string, string> = {};
  for (let rest = inBraces; rest !== '';) {
    const [whole = '', key, value = ''] = LABEL.exec(rest) ?? [];
    if (key === undefined || Object.hasOwn(labels, key)) return undefined;
    labels[key] = value.replace(/\\(.)/g, (_, escaped: string) =>
      escaped === 'n' ? '\n' : escaped,
    );
    rest = rest.slice(whole.length);
  }
  const value = Number(text.replace('Inf', 'Infinity'));
  return { name, labels, value };
}

function belongs(name: string, { name: family, type }: PrometheusFamily): boolean {
  if (type !== 'histogram' && type !== 'summary') return name === family;
  const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['', '_sum', '_count'];
  return parts.some((part) => name === family + part);
}

/** Buckets rise, end with +Inf, and that one equals the count. */
function checkHistogram({ name, type, samples }: PrometheusFamily): void {
  if (type !== 'histogram') return;
  const bySeries = new Map<string, { le: number; value: number }[]>();
  const counts = new Map<string, number>();
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    if (sample.name === `${name}_count`) counts.set(key, sample.value);
    if (sample.name !== `${name}_bucket`) continue;
    const bucket = { le: Number(le?.replace('Inf', 'Infinity')), value: sample.value };
    bySeries.set(key, [...(bySeries.get(key) ?? []), bucket]);
  }
  for (const [key, buckets] of bySeries) {
    const isRising = buckets.every(
      ({ le, value }, at) =>
        at === 0 || (le > (buckets[at - 1]?.le ?? 0) && value >= (buckets[at - 1]?.value ?? 0)),
    );
    const last = buckets.at(-1);
    const isWhole = last?.le === Number.POSITIVE_INFINITY && last.value === counts.get(key);
    if (!isRising || !isWhole) throw new Error(`${name}${key}: the buckets do not add up`);
  }
}
