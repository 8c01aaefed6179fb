import { spawn } from 'node:child_process';

const OUTPUT_MAX_CHARS = 4_000_000;
const KILL_AFTER_MS = 10_000;

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Show the output as it comes, or only keep it. */
  readonly show: boolean;
  /** Ends the child, with all of its group, after this long. */
  readonly limitMs?: number;
}

export interface ChildResult {
  readonly ok: boolean;
  readonly code: number;
  /** Standard output and error in order of arrival; the last 4 million characters of it. */
  readonly output: string;
  readonly timedOut: boolean;
  /** A signal to this process ended the child early. */
  readonly interrupted: boolean;
}

const FORWARDED = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a command to its end in a process group of its own, so that a signal to this process, or
 * the time limit, ends everything the command started.
 *
 * Never rejects: a command that cannot be started is a result with code 127.
 */
export function runChild(options: ChildOptions): Promise<ChildResult> {
  return new Promise((resolve) => {
    const child = spawn(options.command, options.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env ?? process.env,
    });
    let output = '';
    let timedOut = false;
    let interrupted = false;
    const timers: NodeJS.Timeout[] = [];
    const killGroup = (signal: NodeJS.Signals) => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, signal);
      } catch {
        // The group has ended in the meantime.
      }
    };
    const end = () => {
      killGroup('SIGTERM');
      timers.push(setTimeout(() => killGroup('SIGKILL'), KILL_AFTER_MS));
    };
    const interrupt = () => {
      interrupted = true;
      end();
    };
    for (const name of FORWARDED) process.on(name, interrupt);
    if (options.limitMs !== undefined) {
      const expire = () => {
        timedOut = true;
        end();
      };
      timers.push(setTimeout(expire, options.limitMs));
    }
    const keep = (chunk: Buffer, sink: NodeJS.WriteStream) => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_MAX_CHARS);
      if (options.show) sink.write(chunk);
    };
    child.stdout.on('data', (chunk: Buffer) => keep(chunk, process.stdout));
    child.stderr.on('data', (chunk: Buffer) => keep(chunk, process.stderr));
    const finish = (code: number) => {
      for (const timer of timers) clearTimeout(timer);
      for (const name of FORWARDED) process.off(name, interrupt);
      const ok = code === 0 && !timedOut && !interrupted;
      resolve({ ok, code, output, timedOut, interrupted });
    };
    child.on('error', (error) => {
      output += `${options.command}: ${error.message}\n`;
      finish(127);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}
