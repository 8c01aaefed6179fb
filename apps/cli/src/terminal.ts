import type { WriteStream } from 'node:tty';

/** Where a command writes, and what that place can show. */
export interface Terminal {
  /** Ordinary output. */
  out(text: string): void;
  /** Resolves when the reader of stdout has caught up: at once, unless it is slow. */
  drained(): Promise<void>;
  /** Messages for people beside the output: progress, notes, errors. */
  note(line: string): void;
  /** Whether stdout is a terminal that can be redrawn. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Columns at this moment; 80 when unknown. */
  columns(): number;
  rows(): number;
}

interface TerminalOptions {
  stdout: WriteStream;
  stderr: NodeJS.WritableStream;
  env: NodeJS.ProcessEnv;
}

/**
 * Colour only where a person looks: never when piped, never with `NO_COLOR` or `TERM=dumb`;
 * `FORCE_COLOR` turns it on for tools that draw the output themselves.
 */
export function openTerminal({ stdout, stderr, env }: TerminalOptions): Terminal {
  const isInteractive = stdout.isTTY === true && env.TERM !== 'dumb' && env.CI === undefined;
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  const refused = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return {
    out: (text) => void stdout.write(text),
    drained: () =>
      stdout.writableNeedDrain
        ? new Promise((resolve) => stdout.once('drain', resolve))
        : Promise.resolve(),
    note: (line) => void stderr.write(`${line}\n`),
    isInteractive,
    hasColour: !refused && (isInteractive || forced),
    columns: () => (stdout.columns > 0 ? stdout.columns : 80),
    rows: () => (stdout.rows > 0 ? stdout.rows : 40),
  };
}
