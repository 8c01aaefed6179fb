import { z } from 'zod';

/** Counters above 2^53 come as text. */
const count = z
  .union([z.number(), z.string().regex(/^-?\d+$/)])
  .transform((value) => BigInt(value));

const reportSchema = z.object({
  hops: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      in: count,
      out: count,
      dropped: z.record(z.string(), count),
      inFlight: count,
    }),
  ),
  latency: z.record(z.string(), z.looseObject({ p50Ns: z.number(), count })),
  gaps: z.array(z.unknown()),
  restarts: z.array(z.unknown()),
  services: z.array(z.looseObject({ name: z.string() })),
});

export type Report = z.infer<typeof reportSchema>;
type Hop = Report['hops'][number];

/** One thing that must hold, and whether it does. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, for the reader of a failure. */
  readonly found: string;
}

/** Rows that the store holds, counted there by the guard itself. */
export interface StoredRows {
  readonly ticks: bigint;
  readonly bars: bigint;
}

const FIRST_HOP = 'kucoin.wire';
const TICK_STORE = 'store.kucoin.0';
const BAR_STORE = 'store.bars.0';

/** `out` of the first is `in` of the second: what one hands on, the other receives. */
const LINKS: readonly (readonly [from: string, to: string])[] = [
  [FIRST_HOP, 'kucoin.parse'],
  ['kucoin.normalise', 'ring.kucoin.0.aggregator'],
  ['kucoin.normalise', 'ring.kucoin.0.persistence'],
  ['ring.kucoin.0.aggregator', 'aggregate.kucoin.0'],
  ['ring.kucoin.0.persistence', 'journal.kucoin.0'],
  ['journal.kucoin.0', TICK_STORE],
  ['ring.bars.0.persistence', 'journal.bars.0'],
  ['journal.bars.0', BAR_STORE],
];

/** A bar is two ticks: BAR_PRICE and BAR_VOLUME. */
const TICKS_PER_BAR = 2n;

/** @throws ZodError when the text is not a report of the documented form. */
export function parseReport(text: string): Report {
  return reportSchema.parse(JSON.parse(text));
}

function dropped(hop: Hop): bigint {
  return Object.values(hop.dropped).reduce((sum, value) => sum + value, 0n);
}

function figures(hop: Hop | undefined): string {
  if (hop === undefined) return 'no such hop';
  return `in ${hop.in}, out ${hop.out}, dropped ${dropped(hop)}, in flight ${hop.inFlight}`;
}

function hopChecks(hop: Hop): Check[] {
  const found = figures(hop);
  const balances = hop.in === hop.out + dropped(hop) + hop.inFlight;
  const nothingLost = dropped(hop) === 0n && hop.inFlight === 0n;
  return [
    { name: `${hop.name} balances`, ok: balances, found },
    { name: `${hop.name} dropped nothing and is empty`, ok: nothingLost, found },
  ];
}

/** Everything that the report of an undisturbed demo run must say. */
export function checkReport(report: Report, stored: StoredRows): Check[] {
  const hops = new Map(report.hops.map((hop) => [hop.name, hop]));
  const first = report.hops[0];
  const checks = report.hops.flatMap(hopChecks);
  const check = (name: string, ok: boolean, found: string) => checks.push({ name, ok, found });
  check('the first hop is the wire', first?.name === FIRST_HOP, String(first?.name));
  check('the simulator sent messages', (first?.in ?? 0n) > 0n, figures(first));
  for (const [from, to] of LINKS) {
    const [source, target] = [hops.get(from), hops.get(to)];
    const ok = source !== undefined && target !== undefined && source.out === target.in;
    check(`${to} received what ${from} sent`, ok, `${figures(source)} | ${figures(target)}`);
  }
  const ticks = hops.get(TICK_STORE);
  check('the store holds every tick', ticks?.out === stored.ticks, `${stored.ticks} rows`);
  const bars = hops.get(BAR_STORE);
  check('the store holds every bar', bars?.out === stored.bars, `${stored.bars} rows`);
  const closed = hops.get('bars');
  const barTicks = hops.get('ring.bars.0.persistence');
  check(
    'every bar is two ticks of its ring',
    closed !== undefined && closed.out * TICKS_PER_BAR === barTicks?.in,
    `${figures(closed)} | ${figures(barTicks)}`,
  );
  check('bars were closed', (closed?.out ?? 0n) > 0n, figures(closed));
  const stages = Object.entries(report.latency).filter(([, stage]) => stage.count > 0n);
  check('latency was measured', stages.length > 0, `${stages.length} stages`);
  check('nothing was restarted', report.restarts.length === 0, `${report.restarts.length}`);
  check('services are listed', report.services.length > 0, `${report.services.length}`);
  return checks;
}
