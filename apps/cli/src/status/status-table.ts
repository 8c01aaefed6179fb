/** A system's status as lines of text: the live table of `up`, and `status`. */
import type { BarView, RingStatus, ServiceStatus, SystemStatus } from '@tickwire/system';
import type { Paint } from '../colour.ts';
import { countOf, formatBytes, formatCount, formatNs, formatRate } from '../quantity.ts';
import { renderColumns } from '../text-columns.ts';

const METER_CELLS = 10;

export function renderStatus(status: SystemStatus, paint: Paint): string[] {
  return [
    ...serviceLines(status.services, paint),
    '',
    ...latencyLines(status, paint),
    '',
    ...ringLines(status.rings, paint),
    '',
    ...barLines(status, paint),
    '',
    storeLine(status, paint),
  ];
}

function serviceLines(services: readonly ServiceStatus[], paint: Paint): string[] {
  return renderColumns(
    [
      { title: 'SERVICE', widthMin: 15 },
      { title: 'STATE', widthMin: 12 },
      { title: 'PER SECOND', align: 'right', widthMin: 15 },
      { title: 'LOST', align: 'right', widthMin: 5 },
      { title: 'GAPS', align: 'right' },
      { title: 'RESTARTS', align: 'right' },
      { title: 'CPU', align: 'right', widthMin: 5 },
      { title: 'MEMORY', align: 'right', widthMin: 8 },
      { title: '' },
    ],
    services.map((service) => [
      service.service,
      paintState(service.state, paint),
      rateCell(service, paint),
      alertCount(service.lost, paint),
      alertCount(service.gaps, paint),
      alertCount(service.restarts, paint),
      service.pid === 0 ? '' : `${Math.round(service.cpuShare * 100)} %`,
      service.pssBytes === 0 ? '' : formatBytes(service.pssBytes),
      paint.warn(service.reason),
    ]),
    paint.dim,
  );
}

function latencyLines(status: SystemStatus, paint: Paint): string[] {
  const stages = Object.entries(status.latency);
  if (stages.length === 0) return [paint.dim('LATENCY'), paint.dim('nothing measured yet')];
  const row = (label: string, of: 'p50Ns' | 'p99Ns' | 'maxNs'): string[] => [
    label,
    ...stages.map(([, summary]) => formatNs(summary[of])),
  ];
  return renderColumns(
    [
      { title: 'LATENCY', widthMin: 15 },
      ...stages.map(([stage]) => ({
        title: stage.toUpperCase(),
        align: 'right' as const,
        widthMin: 9,
      })),
    ],
    [row('p50', 'p50Ns'), row('p99', 'p99Ns'), row('max', 'maxNs')],
    paint.dim,
  );
}

function ringLines(rings: readonly RingStatus[], paint: Paint): string[] {
  if (rings.length === 0) return [paint.dim('RING'), paint.dim('none yet')];
  return renderColumns(
    [
      { title: 'RING', widthMin: 15 },
      { title: 'STATE', widthMin: 12 },
      { title: 'TICKS/S', align: 'right', widthMin: 15 },
      { title: 'PUBLISHED', align: 'right', widthMin: 11 },
      { title: 'FILL', widthMin: METER_CELLS + 8 },
      { title: 'INSTRUMENTS', align: 'right' },
    ],
    rings.map((ring) => [
      ring.name,
      paintState(ring.state, paint),
      ring.ticksPerSecond === null ? '' : formatRate(ring.ticksPerSecond),
      formatCount(ring.published),
      meter(ring.fill, paint),
      formatCount(ring.instruments),
    ]),
    paint.dim,
  );
}

function barLines(status: SystemStatus, paint: Paint): string[] {
  if (status.bars.length === 0) return [paint.dim('BARS'), paint.dim('none closed yet')];
  return renderColumns(
    [
      { title: 'BARS', widthMin: 15 },
      { title: 'START', widthMin: 8 },
      { title: 'OPEN', align: 'right' },
      { title: 'HIGH', align: 'right' },
      { title: 'LOW', align: 'right' },
      { title: 'CLOSE', align: 'right' },
      { title: 'VOLUME', align: 'right' },
      { title: 'TRADES', align: 'right' },
      { title: 'COVERAGE', align: 'right' },
    ],
    status.bars.map((bar) => barCells(bar, paint)),
    paint.dim,
  );
}

function barCells(bar: BarView, paint: Paint): string[] {
  const isUp = Number(bar.close) >= Number(bar.open);
  return [
    `${bar.symbol} ${bar.intervalMs / 1000}s`,
    new Date(bar.startMs).toISOString().slice(11, 19),
    bar.open,
    bar.high,
    bar.low,
    isUp ? paint.good(bar.close) : paint.bad(bar.close),
    bar.volume,
    formatCount(bar.trades),
    `${Math.round(bar.coverage * 100)} %`,
  ];
}

function storeLine(status: SystemStatus, paint: Paint): string {
  const { rows, files, bytes } = status.store;
  return (
    `${paint.dim('STORE')}  ${countOf(rows, 'row')} in ${countOf(files, 'file')}, ` +
    `${formatBytes(bytes)}   ${paint.dim('BARS CLOSED')}  ${formatCount(status.barsClosed)}`
  );
}

function paintState(state: ServiceStatus['state'] | RingStatus['state'], paint: Paint): string {
  if (state === 'running' || state === 'open') return paint.good(`● ${state}`);
  if (state === 'failed' || state === 'silent' || state === 'suspended') {
    return paint.bad(`✖ ${state}`);
  }
  if (state === 'restarting') return paint.warn(`↻ ${state}`);
  return paint.dim(`○ ${state}`);
}

function rateCell(service: ServiceStatus, paint: Paint): string {
  if (service.perSecond === null || service.unit === '') return paint.dim('–');
  return `${formatRate(service.perSecond)} ${service.unit}s`;
}

function alertCount(count: number, paint: Paint): string {
  return count === 0 ? '0' : paint.warn(formatCount(count));
}

/** `██▌        25 %`: how far the slowest reader is behind, as a share of the ring. */
function meter(share: number, paint: Paint): string {
  const cells = Math.round(share * METER_CELLS);
  const bar = '█'.repeat(cells) + '░'.repeat(METER_CELLS - cells);
  const painted = share > 0.8 ? paint.bad(bar) : share > 0.5 ? paint.warn(bar) : paint.accent(bar);
  return `${painted} ${(share * 100).toFixed(1)} %`;
}
