import type { Command } from 'commander';
import { list, seconds, wholeNumber } from '../option-values.ts';
import type { CliContext } from '../program.ts';
import { runSim } from './run-sim.ts';

const EXAMPLES = `
Examples:
  tickwire sim kucoin                                  until Ctrl-C
  tickwire sim kucoin --port 7400 --seed 7 --rate 2000
  tickwire sim kucoin --faults drop=0.001,disconnect=every:30s --duration 60

It speaks the vendor's real protocol on loopback: any client of that vendor can use it.`;

export interface SimFlags {
  port?: number;
  seed?: string;
  symbols?: string[];
  rate?: number;
  faults?: string;
  duration?: number;
  json?: boolean;
}

/** Registers `tickwire sim`. */
export function registerSim(program: Command, context: CliContext): void {
  program
    .command('sim <vendor>')
    .description("run a simulator of a vendor's server")
    .option(
      '--port <n>',
      'port on loopback; a busy one moves to the next free one (default: any free one)',
      wholeNumber({ min: 0, max: 65_535 }),
    )
    .option('--seed <text>', 'the same seed gives the same markets (default: 1)')
    .option(
      '--symbols <symbols>',
      'symbols, separated by commas (default: ten well-known ones)',
      list,
    )
    .option(
      '--rate <n>',
      'messages a second over all symbols (default: 500)',
      wholeNumber({ min: 0, max: 1_000_000 }),
    )
    .option('--faults <spec>', 'faults to inject, such as drop=0.001,dup=0.001,stall-rest=2s')
    .option('--duration <s>', 'stop after that many seconds', seconds)
    .option('--json', 'the address and the counts as JSON lines')
    .addHelpText('after', EXAMPLES)
    .action(async (vendor: string, flags: SimFlags) => {
      context.setExitCode(await runSim(vendor, flags, context));
    });
}
