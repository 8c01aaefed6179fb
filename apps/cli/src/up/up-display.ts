/** What `up` shows while it runs: a table on a terminal, a line every 5 s elsewhere, or JSON. */
import type { SystemStatus } from '@tickwire/system';
import { paintFor } from '../colour.ts';
import { formatDuration } from '../quantity.ts';
import { LiveScreen } from '../status/live-screen.ts';
import { statusLine } from '../status/status-line.ts';
import { renderStatus } from '../status/status-table.ts';
import type { Terminal } from '../terminal.ts';

export interface UpDisplay {
  /** How often `show` is wanted. */
  readonly intervalMs: number;
  /** Drawn in place: more often costs nobody anything. */
  readonly isDrawn: boolean;
  show(status: SystemStatus, elapsedMs: number): void;
  /** Something worth keeping: a restart, a moved port. */
  note(line: string): void;
  /** Ends the drawing; what was shown last stays. */
  close(): void;
}

export interface UpHeading {
  readonly vendors: readonly string[];
  readonly live: boolean;
  readonly seed: number;
  readonly rate: number;
  readonly durationMs: number | undefined;
  readonly dataDir: string;
  /** `nats://… (embedded, not durable)`, once the bus runs. */
  bus(): string;
}

export function createUpDisplay(
  terminal: Terminal,
  options: { json: boolean; heading: UpHeading },
): UpDisplay {
  if (options.json) return jsonDisplay(terminal);
  return terminal.isInteractive ? tableDisplay(terminal, options.heading) : lineDisplay(terminal);
}

function tableDisplay(terminal: Terminal, heading: UpHeading): UpDisplay {
  const screen = new LiveScreen(terminal);
  const paint = paintFor(terminal.hasColour);
  return {
    intervalMs: 1_000,
    isDrawn: true,
    show(status, elapsedMs) {
      const of =
        heading.durationMs === undefined ? '' : ` of ${formatDuration(heading.durationMs)}`;
      const feed = heading.live
        ? 'live'
        : `simulated, ${heading.rate} messages/s, seed ${heading.seed}`;
      screen.draw([
        '',
        `${paint.strong('tickwire')}  ${formatDuration(elapsedMs)}${of}   ` +
          `${heading.vendors.join(', ')} (${feed})`,
        paint.dim(`bus ${heading.bus()}   data ${heading.dataDir}   Ctrl-C ends it in order`),
        '',
        ...renderStatus(status, paint),
      ]);
    },
    note: (line) => screen.note(paint.warn(line)),
    close: () => screen.close(),
  };
}

function lineDisplay(terminal: Terminal): UpDisplay {
  return {
    intervalMs: 5_000,
    isDrawn: false,
    show: (status, elapsedMs) => terminal.out(`${statusLine(status, elapsedMs)}\n`),
    note: (line) => terminal.note(line),
    close: () => undefined,
  };
}

function jsonDisplay(terminal: Terminal): UpDisplay {
  return {
    intervalMs: 5_000,
    isDrawn: false,
    show: (status, elapsedMs) =>
      terminal.out(`${JSON.stringify({ type: 'status', elapsedMs, ...status })}\n`),
    note: (line) => terminal.note(line),
    close: () => undefined,
  };
}
