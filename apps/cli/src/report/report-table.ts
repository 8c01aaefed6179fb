/** A service report as text. */
import type { Paint } from '../colour.ts';
import { countOf, formatCount, formatDuration, formatNs, formatRate } from '../quantity.ts';
import { renderColumns } from '../text-columns.ts';
import type { Column } from '../text-columns.ts';
import type { ServiceReport } from './service-report.ts';
import type { Availability, StreamAvailability } from './stored-availability.ts';

const STREAMS_SHOWN = 20;
/** Above this share of rejected messages an alert fires, too. */
const REJECTED_SHARE_MAX = 1e-4;

const right = (title: string): Column => ({ title, align: 'right' });

export function renderReport(report: ServiceReport, paint: Paint): string[] {
  return [
    `${paint.strong('report')}  ${report.from} – ${report.to}  ` +
      `(${formatDuration(report.seconds * 1000)})`,
    `${formatCount(report.ticks)} ticks, ${formatRate(report.ticksPerSecond)} a second`,
    '',
    ...latencyLines(report, paint),
    '',
    ...vendorLines(report, paint),
    '',
    ...availabilityLines(report.availability, paint),
    '',
    restartLine(report, paint),
    gapLine(report, paint),
  ];
}

function latencyLines({ latency }: ServiceReport, paint: Paint): string[] {
  const stages = Object.entries(latency);
  if (stages.length === 0) return [paint.dim('LATENCY'), 'nothing measured'];
  const titles = ['P50', 'P95', 'P99', 'P99.9', 'MAX', 'COUNT'];
  return renderColumns(
    [{ title: 'LATENCY' }, ...titles.map(right)],
    stages.map(([stage, { p50Ns, p95Ns, p99Ns, p999Ns, maxNs, count }]) => [
      stage,
      ...[p50Ns, p95Ns, p99Ns, p999Ns, maxNs].map(formatNs),
      formatCount(count),
    ]),
    paint.dim,
  );
}

function vendorLines({ vendors }: ServiceReport, paint: Paint): string[] {
  if (vendors === null) return [paint.dim('ERRORS'), 'not kept: only a running system counts them'];
  return renderColumns(
    [{ title: 'ERRORS' }, right('RECEIVED'), right('REJECTED'), right('SHARE'), { title: 'WHY' }],
    vendors.map(({ vendor, received, rejected, rejectedShare, byReason }) => {
      const share = `${(rejectedShare * 100).toFixed(4)} %`;
      const why = Object.entries(byReason).map(([reason, n]) => `${reason} ${formatCount(n)}`);
      return [
        vendor,
        formatCount(received),
        formatCount(rejected),
        rejectedShare > REJECTED_SHARE_MAX ? paint.bad(share) : share,
        why.join(', '),
      ];
    }),
    paint.dim,
  );
}

function availabilityLines(availability: Availability | null, paint: Paint): string[] {
  const title = paint.dim('AVAILABILITY');
  if (availability === null) {
    return [title, 'not known: no store of this time; name its --data-dir'];
  }
  const { streams, minutes, share } = availability;
  if (share === null) {
    return [title, minutes === 0 ? 'no whole minute in the store yet' : 'no stream in the store'];
  }
  const worst = [...streams].sort(
    (a, b) => a.available - b.available || a.symbol.localeCompare(b.symbol),
  );
  const shown = worst.slice(0, STREAMS_SHOWN);
  const rest = streams.length - shown.length;
  return [
    ...renderColumns(
      [
        { title: 'AVAILABILITY' },
        { title: 'VENDOR' },
        right('SHARE'),
        right('MINUTES'),
        right('AVAILABLE'),
        right('INTERRUPTED'),
        right('UNKNOWN'),
        { title: '' },
      ],
      [
        [
          'all streams',
          '',
          ...minuteCells({ ...availability, whole: availability.streamMinutes }, paint),
          '',
        ],
        ...shown.map((stream) => [
          stream.symbol,
          stream.vendor,
          ...minuteCells(stream, paint),
          originNote(stream, paint),
        ]),
      ],
      paint.dim,
    ),
    ...(rest > 0 ? [paint.dim(`and ${countOf(rest, 'stream')} with no fewer minutes`)] : []),
  ];
}

interface Minutes {
  readonly whole: number;
  readonly available: number;
  readonly interrupted: number;
  readonly unknown: number;
}

function minuteCells({ whole, available, interrupted, unknown }: Minutes, paint: Paint): string[] {
  // Cut, not rounded: one bad minute in a year must not read as 100 %.
  const share = whole === 0 ? 0 : Math.floor((available / whole) * 1e5) / 1e3;
  const text = `${share.toFixed(3)} %`;
  return [
    available === whole ? paint.good(text) : paint.warn(text),
    ...[whole, available].map(formatCount),
    interrupted === 0 ? '0' : paint.warn(formatCount(interrupted)),
    unknown === 0 ? '0' : paint.warn(formatCount(unknown)),
  ];
}

function originNote({ origin }: StreamAvailability, paint: Paint): string {
  return origin === 'venue' || origin === 'unknown' ? '' : paint.dim(origin);
}

function restartLine({ restarts }: ServiceReport, paint: Paint): string {
  const title = paint.dim('RESTARTS');
  if (restarts === null) return `${title}  not kept`;
  const times = restarts.reduce((sum, restart) => sum + restart.times, 0);
  if (times === 0) return `${title}  0`;
  const which = restarts.map(({ service, times: n }) => `${service} ${n}`).join(', ');
  return `${title}  ${paint.warn(`${times} (${which})`)}`;
}

function gapLine({ gaps: { open, repaired } }: ServiceReport, paint: Paint): string {
  const text = `${formatCount(open + repaired)} (${open} open, ${repaired} repaired)`;
  return `${paint.dim('GAPS')}  ${open > 0 ? paint.warn(text) : text}`;
}
