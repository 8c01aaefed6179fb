import type { Command } from 'commander';
import { DATA_DIR_DEFAULT } from '@tickwire/system';
import { paintFor } from '../colour.ts';
import type { CliContext } from '../program.ts';
import { CliError } from '../errors.ts';
import { renderReport } from './report-table.ts';
import { makeServiceReport } from './service-report.ts';
import type { ReportRequest } from './service-report.ts';
import { pastTime } from './since.ts';

const EXAMPLES = `
Examples:
  tickwire report                        the running system since it started
  tickwire report --since 24h            the history in the store
  tickwire report --report r.json        a run of \`tickwire up --report r.json\`
  tickwire report --json | jq .availability.share

Availability: of the whole minutes, those during all of which the stream was live, by the changes of
state in the store. Minutes that nobody can speak for are not available and are listed apart.`;

interface ReportFlags extends ReportRequest {
  json?: boolean;
}

/** Registers `tickwire report`. */
export function registerReport(program: Command, context: CliContext): void {
  const { terminal } = context;
  program
    .command('report')
    .description('show percentiles, rates, errors and availability per stream-minute')
    .option('--report <file>', 'the file of a run instead of the running system')
    .option('--since <time>', 'the history in the store: 15m, 24h, 7d, or an ISO time', pastTime)
    .option('--data-dir <dir>', 'data directory of the system', DATA_DIR_DEFAULT)
    .option('--ring-dir <dir>', 'ring directory, when it cannot be known from the record')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ReportFlags) => {
      if (flags.report !== undefined && flags.since !== undefined) {
        throw new CliError('USAGE', '--report is of one run and --since of a time', {
          hint: 'Give one of them',
        });
      }
      const report = await makeServiceReport(flags, Date.now());
      const text =
        flags.json === true
          ? JSON.stringify(report)
          : renderReport(report, paintFor(terminal.hasColour)).join('\n');
      terminal.out(`${text}\n`);
    });
}
