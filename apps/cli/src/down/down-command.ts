import type { Command } from 'commander';
import { DATA_DIR_DEFAULT, findFolders } from '@tickwire/system';
import { seconds } from '../option-values.ts';
import type { CliContext } from '../program.ts';
import { runDown } from './run-down.ts';

const EXAMPLES = `
Examples:
  tickwire down                        end the system on .tickwire
  tickwire down --data-dir /srv/ticks  end the one on another data directory

It works also when the supervisor was killed: services are found by the locks they hold. Data that
is stored stays. Ending what does not run is no error.`;

interface DownFlags {
  dataDir: string;
  ringDir?: string;
  grace: number;
  json?: boolean;
}

/** Registers `tickwire down`. */
export function registerDown(program: Command, context: CliContext): void {
  const { terminal } = context;
  program
    .command('down')
    .description('stop the system on this host, also one whose supervisor was killed')
    .option('--data-dir <dir>', 'data directory of the system', DATA_DIR_DEFAULT)
    .option('--ring-dir <dir>', 'its ring directory, when it cannot be known from its record')
    .option('--grace <s>', 'seconds a service may take before it is killed', seconds, 20)
    .option('--json', 'the result as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: DownFlags) => {
      const folders = findFolders(flags);
      const result =
        folders === undefined
          ? { supervised: false, ended: [], killed: [] }
          : await runDown({
              folders,
              onProgress: (line) => terminal.note(line),
              serviceDeadlineMs: flags.grace * 1000,
            });
      if (flags.json === true) {
        terminal.out(`${JSON.stringify(result)}\n`);
        return;
      }
      const { supervised, ended, killed } = result;
      const hasRun = supervised || ended.length > 0;
      const forced = killed.length === 0 ? '' : ` Killed: ${killed.join(', ')}.`;
      terminal.out(
        hasRun
          ? `Everything on ${flags.dataDir} has ended; nothing is left in shared memory.${forced}\n`
          : `Nothing is running on ${flags.dataDir}.\n`,
      );
    });
}
