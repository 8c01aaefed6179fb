import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { streamReasonName, streamStateName } from '@tickwire/core';
import { openStore } from '@tickwire/io-store';
import { DATA_DIR_DEFAULT, isWholeState, requireRunningSystem } from '@tickwire/system';
import { paintFor } from '../colour.ts';
import type { Paint } from '../colour.ts';
import type { CliContext } from '../program.ts';
import { countOf, formatCount, formatDuration } from '../quantity.ts';
import { renderColumns } from '../text-columns.ts';
import { readRingStreams } from './stream-board.ts';
import type { RingStreams, StreamNow } from './stream-board.ts';

const EXAMPLES = `
Examples:
  tickwire stale          streams that are not live now, and why
  tickwire stale --all    every stream with its state and its newest data
  tickwire stale --json | jq '.streams[].symbol'

States are what the gateways said in the rings: stale (no data for many times the usual interval),
gap, recovering, closed. \`unknown\`: nobody has said anything of the stream.`;

interface StaleFlags {
  all?: boolean;
  dataDir: string;
  ringDir?: string;
  json?: boolean;
}

/** Registers `tickwire stale`. */
export function registerStale(program: Command, context: CliContext): void {
  const { terminal } = context;
  program
    .command('stale')
    .description('show the streams that are not live now')
    .option('--all', 'live ones, too')
    .option('--data-dir <dir>', 'data directory of the system', DATA_DIR_DEFAULT)
    .option('--ring-dir <dir>', 'ring directory, when it cannot be known from the record')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StaleFlags) => {
      const { folders } = requireRunningSystem(flags);
      const store = existsSync(folders.dataDir) ? await openStore(folders.dataDir) : undefined;
      let rings: RingStreams[];
      try {
        rings = await readRingStreams(folders.ringDir, store);
      } finally {
        store?.close();
      }
      const now = Date.now();
      const text =
        flags.json === true
          ? JSON.stringify(asJson(rings, flags.all === true))
          : renderStreams(
              rings,
              { all: flags.all === true, nowMs: now },
              paintFor(terminal.hasColour),
            ).join('\n');
      terminal.out(`${text}\n`);
    });
}

const isLive = ({ state }: StreamNow): boolean => isWholeState(state);

function asJson(rings: readonly RingStreams[], all: boolean): object {
  const streams = rings.flatMap((ring) => ring.streams);
  const iso = (ms: number | undefined): string | null =>
    ms === undefined ? null : new Date(ms).toISOString();
  return {
    live: streams.filter(isLive).length,
    notLive: streams.filter((stream) => !isLive(stream)).length,
    rings: rings.map(({ ring, isOpen, unseen }) => ({ ring, isOpen, unseen })),
    streams: streams
      .filter((stream) => all || !isLive(stream))
      .map(({ ring, vendor, symbol, state, reason, sinceMs, dataMs }) => ({
        ring,
        vendor,
        symbol,
        state: streamStateName(state),
        reason: streamReasonName(reason),
        since: iso(sinceMs),
        lastData: iso(dataMs),
      })),
  };
}

export function renderStreams(
  rings: readonly RingStreams[],
  options: { all: boolean; nowMs: number },
  paint: Paint,
): string[] {
  const streams = rings.flatMap((ring) => ring.streams);
  const shown = streams.filter((stream) => options.all || !isLive(stream));
  const live = streams.filter(isLive).length;
  const summary = `${formatCount(live)} of ${countOf(streams.length, 'stream')} live`;
  const notes = rings.flatMap(({ ring, isOpen, unseen }) => [
    ...(isOpen ? [] : [paint.warn(`${ring} is closed: its writer has ended`)]),
    ...(unseen === 0
      ? []
      : [
          paint.warn(
            `${countOf(unseen, 'tick')} of ${ring} left it unstored: a change may be missing`,
          ),
        ]),
  ]);
  if (shown.length === 0) return [summary, ...notes];
  const ago = (ms: number | undefined, absent: string): string =>
    ms === undefined ? absent : formatDuration(options.nowMs - ms);
  const table = renderColumns(
    [
      { title: 'STREAM' },
      { title: 'VENDOR' },
      { title: 'STATE' },
      { title: 'REASON' },
      { title: 'FOR', align: 'right' },
      { title: 'LAST DATA', align: 'right' },
    ],
    shown.map((stream) => [
      stream.symbol,
      stream.vendor,
      (isLive(stream) ? paint.good : paint.bad)(streamStateName(stream.state)),
      streamReasonName(stream.reason),
      ago(stream.sinceMs, ''),
      stream.dataMs === undefined ? 'none in the ring' : `${ago(stream.dataMs, '')} ago`,
    ]),
    paint.dim,
  );
  return [...table, '', summary, ...notes];
}
