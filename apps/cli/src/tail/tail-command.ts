import type { Command } from 'commander';
import { listRings } from '@tickwire/io-rings';
import { DATA_DIR_DEFAULT, requireRunningSystem } from '@tickwire/system';
import { CliError } from '../errors.ts';
import { list, wholeNumber } from '../option-values.ts';
import type { CliContext } from '../program.ts';
import { listenForStop } from '../up/stop-request.ts';
import { runTail } from './run-tail.ts';
import { TickFilter } from './tick-filter.ts';

const EXAMPLES = `
Examples:
  tickwire tail                                  everything, as it comes
  tickwire tail --symbol BTC-USDT --kind TRADE   trades of one symbol
  tickwire tail --last --kind QUOTE              the last quotes, then all that come
  tickwire tail --ring bars.0                    closed bars
  tickwire tail --count 1000 --json > ticks.jsonl

Kinds: TRADE, QUOTE, LEVEL, CLEAR, STREAM, BAR_PRICE, BAR_VOLUME, CLOCK and others. What a slow
reader of this output misses is printed as a line that says how much.`;

interface TailFlags {
  vendor?: string[];
  ring?: string[];
  symbol?: string[];
  kind?: string[];
  count?: number;
  last?: boolean;
  dataDir: string;
  ringDir?: string;
  json?: boolean;
}

/** Registers `tickwire tail`. */
export function registerTail(program: Command, context: CliContext): void {
  program
    .command('tail')
    .description('print ticks as they come, from the rings')
    .option('--vendor <names>', 'only rings of these vendors', list)
    .option('--ring <names>', 'only these rings, such as kucoin.0 or bars.0', list)
    .option('--symbol <symbols>', 'only these symbols; repeat it or use commas', list)
    .option('--kind <kinds>', 'only these kinds of ticks', list)
    .option(
      '--count <n>',
      'stop after that many ticks',
      wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    )
    .option('--last', 'first the last quote, trade and state of each instrument, then what comes')
    .option('--data-dir <dir>', 'data directory of the system', DATA_DIR_DEFAULT)
    .option('--ring-dir <dir>', 'ring directory, when it cannot be known from the record')
    .option('--json', 'one JSON object per tick')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: TailFlags) => {
      const filter = new TickFilter({
        vendors: flags.vendor ?? [],
        symbols: flags.symbol ?? [],
        kinds: flags.kind ?? [],
      });
      const { folders } = requireRunningSystem(flags);
      requireRings(folders.ringDir, flags.ring ?? []);
      const stop = listenForStop(() => process.exit(1));
      try {
        await runTail({
          ringDir: folders.ringDir,
          rings: flags.ring ?? [],
          filter,
          count: flags.count,
          last: flags.last ?? false,
          json: flags.json ?? false,
          terminal: context.terminal,
          signal: stop.signal,
        });
      } finally {
        stop.dispose();
      }
    });
}

/** A ring that is named and not there is a slip; one that is not named may still come. */
function requireRings(ringDir: string, wanted: readonly string[]): void {
  const known = listRings(ringDir);
  const missing = wanted.filter((name) => !known.includes(name));
  if (missing.length === 0) return;
  throw new CliError('FAILED', `there is no ring ${missing.join(', ')}`, {
    hint: known.length === 0 ? 'No ring is open yet' : `These are open: ${known.join(', ')}`,
  });
}
