import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { list } from '../option-values.ts';
import type { CliContext } from '../program.ts';
import { runReplay } from './run-replay.ts';

const EXAMPLES = `
Examples:
  tickwire replay samples/kucoin-session --vendor kucoin --speed max --books books.json
  tickwire replay day1.gz day2.gz --vendor kucoin --report report.json
  tickwire replay samples/kucoin-session --speed 1     at the speed of the recording
  tickwire replay samples/kucoin-session.twc           recorded ticks, without a vendor

A source is a raw capture (a folder with ws.txt and rest*.txt, or a text or .gz file of lines
"<receive time, ns> <message>") or a tick capture (.twc, or the .twj files of a journal).
Exit code 0: all was read, nothing was lost, every hop balances, and each of the vendor's own
quotes equals the book; 1: not so, and a sentence says why; 2: an option cannot be used.`;

export interface ReplayFlags {
  readonly vendor: string;
  readonly speed: number | 'max';
  readonly books?: string;
  readonly report?: string;
  readonly symbols?: readonly string[];
  readonly json?: true;
}

/** Registers `tickwire replay`. */
export function registerReplay(program: Command, context: CliContext): void {
  program
    .command('replay')
    .description('play captures through the real gateway code into rings')
    .argument('<source...>', 'captures: folders or files, merged by receive time')
    .option('--vendor <name>', 'whose messages the captures hold', 'kucoin')
    .option('--speed <n>', 'how many times as fast as recorded, or max', speed, 'max')
    .option('--books <file>', 'write the final books as JSON')
    .option('--report <file>', 'write the accounts of the replay as JSON')
    .option('--symbols <symbols>', 'only the books of these symbols, separated by commas', list)
    .option('--json', 'the summary as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (sources: string[], flags: ReplayFlags) => {
      context.setExitCode(await runReplay(sources, flags, context));
    });
}

function speed(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const value = Number(text.replace(/(?<=\d)[x×]$/, ''));
  if (!/^\d+(\.\d+)?[x×]?$/.test(text) || value <= 0 || value > 1e6) {
    throw new InvalidArgumentError('Use max, or a number above 0 such as 1 or 10.');
  }
  return value;
}
