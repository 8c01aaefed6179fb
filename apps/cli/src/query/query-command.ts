import { existsSync } from 'node:fs';
import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import {
  QUERY_ROWS_MAX_DEFAULT,
  RESULT_FORMATS,
  formatResult,
  openStore,
} from '@tickwire/io-store';
import type { ResultFormat } from '@tickwire/io-store';
import { DATA_DIR_DEFAULT } from '@tickwire/system';
import { CliError } from '../errors.ts';
import { wholeNumber } from '../option-values.ts';
import type { CliContext } from '../program.ts';

const EXAMPLES = `
Examples:
  tickwire query "SHOW TABLES"
  tickwire query "SELECT symbol, count(*) FROM trades GROUP BY symbol"
  tickwire query "SELECT * FROM bars WHERE symbol = 'BTC-USDT' ORDER BY start DESC" --limit 10
  tickwire query "SELECT * FROM quotes" --format csv > quotes.csv

Tables: ticks, trades, quotes, levels, bars, streams, instruments. Queries only read; what was
stored a few seconds ago is there, also while the system runs.`;

interface QueryFlags {
  dataDir: string;
  format: ResultFormat;
  limit: number;
  json?: boolean;
}

/** Registers `tickwire query`. */
export function registerQuery(program: Command, context: CliContext): void {
  program
    .command('query')
    .description('ask the stored history in SQL')
    .addArgument(new Argument('<sql>', 'one query'))
    .addOption(
      new Option('--format <name>', 'form of the answer').choices(RESULT_FORMATS).default('table'),
    )
    .option('--json', 'the same as --format json')
    .option(
      '--limit <n>',
      'rows at most',
      wholeNumber({ min: 1, max: 100_000_000 }),
      QUERY_ROWS_MAX_DEFAULT,
    )
    .option('--data-dir <dir>', 'data directory of the store', DATA_DIR_DEFAULT)
    .addHelpText('after', EXAMPLES)
    .action((sql: string, flags: QueryFlags) => runQuery(sql, flags, context));
}

async function runQuery(sql: string, flags: QueryFlags, context: CliContext): Promise<void> {
  if (!existsSync(flags.dataDir)) {
    throw new CliError('FAILED', `there is no data directory ${flags.dataDir}`, {
      hint: 'Make one with `tickwire up`, or name another --data-dir',
    });
  }
  const store = await openStore(flags.dataDir);
  const interrupt = (): void => store.interrupt();
  process.once('SIGINT', interrupt);
  try {
    const result = await store.query(sql, { rowsMax: flags.limit });
    const format = flags.json === true ? 'json' : flags.format;
    context.terminal.out(formatResult(result, format));
    if (result.truncated && format !== 'table') {
      context.terminal.note(`Only the first ${flags.limit} rows: ask for more with --limit.`);
    }
    await context.terminal.drained();
  } finally {
    process.off('SIGINT', interrupt);
    store.close();
  }
}
