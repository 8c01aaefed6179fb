import type { Command } from 'commander';
import { list, seconds, wholeNumber } from '../option-values.ts';
import type { CliContext } from '../program.ts';
import { runSim } from './run-sim.ts';
import { registerSimCme } from './sim-cme-command.ts';

const EXAMPLES = `
Examples:
  tickwire sim kucoin                                  until Ctrl-C
  tickwire sim kucoin --port 7400 --seed 7 --rate 2000
  tickwire sim kucoin --faults drop=0.001,disconnect=every:30s --duration 60
  tickwire sim cme --help                              multicast has options of its own
  tickwire sim databento --instruments 500 --rate 50000 --history 60
  tickwire sim databento --files es.mbo.dbn.zst,es.definition.dbn.zst --speed 10
  tickwire sim databento --faults cut=every:5s,drop.replay=0.001

It speaks the vendor's real protocol on loopback: any client of that vendor can use it.`;

export interface SimFlags {
  port?: number;
  seed?: string;
  symbols?: string[];
  rate?: number;
  faults?: string;
  instruments?: number;
  key?: string;
  history?: number;
  schemas?: string[];
  files?: string[];
  speed?: string;
  loop?: boolean;
  duration?: number;
  json?: boolean;
}

/** Registers `tickwire sim`. */
export function registerSim(program: Command, context: CliContext): void {
  const sim = program
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
      'kucoin: symbols, separated by commas (default: ten well-known ones)',
      list,
    )
    .option(
      '--rate <n>',
      'messages a second over all symbols (default: 500)',
      wholeNumber({ min: 0, max: 1_000_000 }),
    )
    .option('--faults <spec>', 'faults to inject, such as drop=0.001,dup=0.001,stall-rest=2s')
    .option(
      '--instruments <n>',
      'databento: how many there are (default: 8)',
      wholeNumber({ min: 1, max: 100_000 }),
    )
    .option('--key <key>', 'databento: the key that is let in (default: one that is printed)')
    .option(
      '--history <s>',
      'databento: the market opened so long ago, to be replayed (default: 0)',
      wholeNumber({ min: 0, max: 86_400 }),
    )
    .option(
      '--schemas <schemas>',
      'databento: only these, separated by commas (default: all)',
      list,
    )
    .option(
      '--files <paths>',
      'databento: the market out of files of DBN, separated by commas, plain or zstd',
      list,
    )
    .option('--speed <n>', 'databento: pace of the files, a multiple or max (default: 1)')
    .option('--loop', 'databento: the files begin again at their end')
    .option('--duration <s>', 'stop after that many seconds', seconds)
    .option('--json', 'the address and the counts as JSON lines')
    .addHelpText('after', EXAMPLES)
    .enablePositionalOptions()
    .action(async (vendor: string, flags: SimFlags) => {
      context.setExitCode(await runSim(vendor, flags, context));
    });
  registerSimCme(sim, context);
}
