import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { repositoryRoot } from './repository-root.ts';
import { whenFinished } from './vitest-hooks.ts';
import { waitFor } from './wait-for.ts';

/** Characters kept of each output: the last ones. */
const OUTPUT_CHARS_MAX = 4 * 1024 * 1024;
const STOP_GRACE_MS = 10_000;

export interface StartProcessOptions {
  /** Script, absolute or relative to the repository root; run by this very Node. */
  script: string;
  args?: readonly string[];
  /** Added to the environment; `undefined` removes a variable. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  nodeArgs?: readonly string[];
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A child process of a test: its outputs, its messages and its end can be waited for. */
export class TestProcess {
  readonly child: ChildProcess;
  /** Messages received over IPC, in order: `{ type: 'ready', info }` of a service. */
  readonly messages: unknown[] = [];
  readonly ended: Promise<ProcessEnd>;
  #stdout = '';
  #stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8');
    child.stderr?.setEncoding('utf8');
    child.stdout?.on('data', (text: string) => {
      this.#stdout = (this.#stdout + text).slice(-OUTPUT_CHARS_MAX);
    });
    child.stderr?.on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-OUTPUT_CHARS_MAX);
    });
    child.on('message', (message) => this.messages.push(message));
    // Not `close`: it never comes once the parent has disconnected the channel.
    const outputs = [child.stdout, child.stderr].map((stream) => stream && finished(stream));
    this.ended = Promise.all([once(child, 'exit'), ...outputs]).then(() => ({
      code: child.exitCode,
      signal: child.signalCode,
    }));
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }
  get stdout(): string {
    return this.#stdout;
  }
  get stderr(): string {
    return this.#stderr;
  }
  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits for the `ready` message of a service and returns its `info`. */
  async ready(deadlineMs = 15_000): Promise<unknown> {
    const message = await waitFor(
      () => {
        this.#failIfEnded('ready');
        return this.messages.find(isReady);
      },
      { what: `ready from process ${this.pid}`, deadlineMs },
    );
    return message.info;
  }

  /** Waits until stdout and stderr together match, and returns the match. */
  async output(pattern: RegExp, deadlineMs = 15_000): Promise<RegExpExecArray> {
    const found = await waitFor(
      () => {
        const match = pattern.exec(`${this.#stdout}\n${this.#stderr}`);
        if (match === null) this.#failIfEnded(String(pattern));
        return match;
      },
      { what: `${pattern} from process ${this.pid}`, deadlineMs },
    );
    return found;
  }

  /** Sends `signal` and waits for the end; after 10 s the process is killed and this throws. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProcessEnd> {
    if (!this.hasEnded) this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_GRACE_MS);
    const end = await this.ended;
    clearTimeout(timer);
    if (end.signal === 'SIGKILL' && signal !== 'SIGKILL') {
      throw new Error(`process ${this.pid} did not end on ${signal}\n${this.#tail()}`);
    }
    return end;
  }

  #failIfEnded(what: string): void {
    if (!this.hasEnded) return;
    const end = `code ${this.child.exitCode}, signal ${this.child.signalCode}`;
    throw new Error(`process ${this.pid} ended (${end}) before ${what}\n${this.#tail()}`);
  }

  #tail(): string {
    return `${this.#stdout.slice(-2_000)}\n${this.#stderr.slice(-4_000)}`;
  }
}

/**
 * Starts a script under the Node that runs the tests, with an IPC channel and captured output. It
 * is killed (SIGKILL) when the test ends, or the file's tests when called outside of one.
 */
export function startProcess(options: StartProcessOptions): TestProcess {
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries({ ...process.env, ...options.env })) {
    if (value !== undefined) env[key] = value;
  }
  delete env.VITEST;
  delete env.NODE_OPTIONS;
  const child = spawn(
    process.execPath,
    [...(options.nodeArgs ?? []), options.script, ...(options.args ?? [])],
    {
      cwd: options.cwd ?? repositoryRoot(),
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const started = new TestProcess(child);
  whenFinished(async () => {
    if (!started.hasEnded) child.kill('SIGKILL');
    await started.ended;
  });
  return started;
}

function isReady(message: unknown): message is { type: 'ready'; info: unknown } {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
  );
}
