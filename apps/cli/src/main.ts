// Entry of the command line: the only file here that reads the process's arguments and
// environment, decides on colours, and ends the process.
import { appEntry } from '@tickwire/system';
import { errorSentence, exitCodeOf } from './error-sentence.ts';
import { runCommandLine } from './program.ts';
import { openTerminal } from './terminal.ts';
import { randomFraction } from './random-fraction.ts';
import { VERSION } from './version.ts';

const terminal = openTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env });
// A reader that had enough, as `| head` does, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

let exitCode = 0;
try {
  const usage = await runCommandLine(process.argv.slice(2), {
    terminal,
    env: process.env,
    version: VERSION,
    random: randomFraction,
    entryOf: appEntry,
    setExitCode(code) {
      exitCode = code;
    },
  });
  exitCode = usage ?? exitCode;
} catch (error) {
  terminal.note(errorSentence(error, process.env.TICKWIRE_DEBUG === '1'));
  exitCode = exitCodeOf(error);
}
// Not process.exit: what is still being written to a pipe would be cut.
process.exitCode = exitCode;
