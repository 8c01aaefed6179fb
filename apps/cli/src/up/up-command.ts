import type { Command } from 'commander';
import { DATA_DIR_DEFAULT, PRESET_NAMES, loadUpOptions } from '@tickwire/system';
import type { UpFlags } from '@tickwire/system';
import type { CliContext } from '../program.ts';
import { runUp } from './run-up.ts';

const EXAMPLES = `
Examples:
  tickwire up                                   the demo: a simulated KuCoin, until Ctrl-C
  tickwire up --duration 20 --report r.json     twenty seconds, then the accounts as JSON
  tickwire up --symbols BTC-USDT,ETH-USDT --rate 5000 --seed 7
  tickwire up --live --symbols BTC-USDT         the real venue instead of the simulator
  tickwire up --timeframe 1,5,60                bars of 1, 5 and 60 seconds

A NATS server of your own is used when NATS_URL is set. Exit code 0: the run was clean and every
hop balances; 1: it was not; 2: an option cannot be used.`;

/** Of an option that is given more than once. */
const joined = (text: string, before: string | undefined): string =>
  before === undefined ? text : `${before},${text}`;

/**
 * Registers `tickwire up`. Values stay texts here: the configuration reads them, so that what is
 * wrong with an option is told together with what is wrong with the file and the environment.
 */
export function registerUp(program: Command, context: CliContext): void {
  program
    .command('up')
    .description('start the system on this host and show it live')
    .option('--vendors <names>', 'vendors, separated by commas (default: kucoin)', joined)
    .option(
      '--symbols <symbols>',
      "symbols, separated by commas (default: the vendor's demo)",
      joined,
    )
    .option('--live', "the vendors' real endpoints instead of simulators")
    .option('--demo', 'simulators instead of real endpoints (the default)')
    .option('--config <file>', 'JSON file with these options and more; the command line wins')
    .option('--preset <name>', `starting values: ${PRESET_NAMES.join(', ')}`)
    .option('--rate <n>', 'simulated messages a second per vendor (default: 500)')
    .option('--seed <n>', 'seed of the simulated markets (default: a random one, shown)')
    .option('--timeframe <s>', 'bar intervals in seconds (default: 1,60)', joined)
    .option('--aggregation-timeframe <s>', 'the same as --timeframe', joined)
    .option('--duration <s>', 'stop after that many seconds of running')
    .option('--report <file>', 'write the accounts of the run as JSON')
    .option('--data-dir <dir>', `where data is kept (default: ${DATA_DIR_DEFAULT})`)
    .option('--ring-dir <dir>', 'where rings live, on a tmpfs (default: below /dev/shm)')
    .option('--json', 'status lines and the report as JSON lines')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: UpFlags) => {
      const options = loadUpOptions(flags, context.env);
      context.setExitCode(await runUp(options, context));
    });
}
