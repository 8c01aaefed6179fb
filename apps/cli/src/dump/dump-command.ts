import type { Command } from 'commander';
import { errorSentence } from '../error-sentence.ts';
import { list, wholeNumber } from '../option-values.ts';
import type { CliContext } from '../program.ts';
import { ProblemNotes } from '../replay/problem-notes.ts';
import { listenForStop } from '../up/stop-request.ts';
import { dumpSource } from './dump-source.ts';
import { JsonLineOutput } from './json-line-output.ts';
import { TickLines } from './tick-lines.ts';

const EXAMPLES = `
Examples:
  tickwire dump samples/kucoin-session --limit 5         as normalised ticks
  tickwire dump samples/kucoin-session --raw --limit 5   as the vendor sent it
  tickwire dump samples/kucoin-session.twc --symbols BTC-USDT
  tickwire dump kucoin.0 --limit 20                      what a ring holds now
  tickwire dump cme.pcap --raw                           packets of CME MDP 3.0
  tickwire dump cme.pcapng --raw --schema templates.xml  the same by another schema
  tickwire dump mbo.dbn.zst --limit 5                    DBN as normalised ticks
  tickwire dump mbo.dbn.zst --raw                        records of DBN, for people
  tickwire dump mbo.dbn.zst --raw --json                 the same as lines of JSON

Reads raw captures (a folder with ws.txt and rest*.txt, or a text or .gz file), tick captures
(.twc, .twj), captures of packets (pcap, pcapng: MDP 3.0 of schema versions 5 to 13), DBN of
versions 1 to 3 (plain, zstd, and fragments without metadata: .frag) and rings (a .ring file, or
the name of a ring of the running system). One line of JSON a record; of a capture of packets one
a packet; of DBN with --raw text unless --json. Damaged records are named on stderr and skipped.
Exit code 0: all was read; 1: something was damaged or could not be read; 2: wrong usage.`;

interface DumpFlags {
  readonly ticks?: true;
  readonly raw?: true;
  readonly limit?: number;
  readonly vendor: string;
  readonly symbols?: readonly string[];
  readonly ringDir?: string;
  readonly schema?: string;
  readonly dbnVersion?: number;
  readonly upgrade?: true;
  readonly json?: true;
}

/** Registers `tickwire dump`. */
export function registerDump(program: Command, context: CliContext): void {
  program
    .command('dump')
    .description('decode a file or a live ring to JSON lines')
    .argument('<file...>', 'captures, tick captures or rings')
    .option('--ticks', 'normalised ticks (the default)')
    .option('--raw', "the vendor's records as they are")
    .option('--limit <n>', 'lines at most', wholeNumber({ min: 1, max: 1e15 }))
    .option('--vendor <name>', 'whose messages a raw capture holds', 'kucoin')
    .option('--symbols <symbols>', 'only ticks of these, separated by commas', list)
    .option('--ring-dir <dir>', 'where rings named without a path are')
    .option('--schema <schema>', 'SBE schema (XML file) of packets, or the schema of DBN to show')
    .option('--dbn-version <n>', 'of a .frag', wholeNumber({ min: 1, max: 3 }))
    .option('--upgrade', 'records of DBN as those of version 3')
    .option('--json', 'JSON lines (always so, but for DBN with --raw)')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], flags: DumpFlags) => {
      if (flags.ticks === true && flags.raw === true) {
        program.error('error: --ticks and --raw exclude each other');
      }
      if (flags.schema !== undefined && flags.raw !== true) {
        program.error("error: --schema is for the vendor's records: add --raw");
      }
      context.setExitCode(await runDump(files, flags, context));
    });
}

async function runDump(
  files: readonly string[],
  flags: DumpFlags,
  context: CliContext,
): Promise<number> {
  const note = (line: string): void => context.terminal.note(line);
  const stop = listenForStop(() => process.exit(1));
  const notes = new ProblemNotes(note);
  const output = new JsonLineOutput(process.stdout, flags.limit ?? Number.POSITIVE_INFINITY);
  const wanted = flags.symbols === undefined ? undefined : new Set(flags.symbols);
  const ticks = new TickLines(
    output,
    (symbol) => wanted === undefined || (symbol !== undefined && wanted.has(symbol)),
  );
  let unread = 0;
  try {
    for (const file of files) {
      if (output.isFull || stop.signal.aborted) break;
      try {
        await dumpSource(file, {
          vendor: flags.vendor,
          raw: flags.raw === true,
          output,
          ticks,
          signal: stop.signal,
          ringDir: flags.ringDir ?? context.env.TICKWIRE_RING_DIR,
          schema: flags.schema,
          dbn: {
            json: flags.json === true,
            version: flags.dbnVersion as 1 | 2 | 3 | undefined,
            upgrade: flags.upgrade === true,
          },
          onProblem: (problem) => notes.add(problem),
          note,
        });
      } catch (error) {
        // The other files are read all the same.
        unread += 1;
        note(errorSentence(error, context.env.TICKWIRE_DEBUG === '1'));
      }
    }
    await output.flush();
  } finally {
    stop.dispose();
  }
  notes.finish();
  return unread + notes.captureProblems + ticks.damaged > 0 ? 1 : 0;
}
