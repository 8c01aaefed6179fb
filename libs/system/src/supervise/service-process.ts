/** One process of a service, from its spawn to its end. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { processStartTicks } from '@tickwire/io-service';
import type { ServiceMessage } from '@tickwire/io-service';
import { lastLoggedError, openServiceLog, serviceLogBytes } from './service-log.ts';
import type { ProcessExit } from './service-spec.ts';

export interface ServiceProcessOptions {
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logPath: string;
  /** It answers again after a silence of so long: its event loop had stood still. */
  onStall?(stallMs: number): void;
  /** It said that it is well, or that it is not. */
  onHealth?(): void;
}

/** Longer without an answer is worth showing. */
const SILENT_MS = 3_000;

export interface HealthState {
  readonly ok: boolean;
  readonly reason: string;
}

/**
 * A child in a session of its own, so that the terminal's Ctrl-C reaches the supervisor alone and
 * the supervisor alone decides the order of the drain.
 */
export class ServiceProcess {
  /** 0 when the process could not be made at all. */
  readonly pid: number;
  /** With the pid it names one process for ever. */
  readonly startTicks: number;
  /** Settles when the service is ready; stays pending when it ends before. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  readonly exited: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  #hasExited = false;
  #isReady = false;
  #failure: string | undefined;
  #health: HealthState = { ok: true, reason: '' };
  /** Monotonic ms of the oldest ping that was not answered. */
  #askedAtMs: number | undefined;

  constructor(options: ServiceProcessOptions) {
    const logFrom = serviceLogBytes(options.logPath);
    const log = openServiceLog(options.logPath);
    this.#child = spawn(process.execPath, [options.entry], {
      env: options.environment,
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    this.pid = this.#child.pid ?? 0;
    this.startTicks = this.pid === 0 ? 0 : processStartTicks(this.pid);
    const ready = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    this.ready = ready.promise;
    this.#child.on('message', (message) => {
      const known = message as ServiceMessage;
      if (known.type === 'ready') {
        this.#isReady = true;
        ready.resolve(known.info);
      } else if (known.type === 'failed') this.#failure = failureSentence(known);
      else if (known.type === 'health') {
        this.#health = { ok: known.ok, reason: known.reason };
        options.onHealth?.();
      } else if (known.type === 'pong') {
        const stallMs = this.silentMs;
        this.#askedAtMs = undefined;
        if (stallMs > 0) options.onStall?.(stallMs);
      }
    });
    this.exited = new Promise((resolve) => {
      const finish = (exit: Omit<ProcessExit, 'reason'>, reason: string | undefined): void => {
        this.#hasExited = true;
        resolve({ ...exit, reason });
      };
      this.#child.once('error', (error) => finish({ code: null, signal: null }, error.message));
      this.#child.once('exit', (code, signal) => {
        const logged = (): string | undefined => lastLoggedError(options.logPath, logFrom);
        finish({ code, signal }, this.#failure ?? logged());
      });
    });
  }

  get health(): HealthState {
    return this.#health;
  }

  /** It has said that it is ready, whatever became of it since. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** How long it has owed an answer, once that is longer than a busy moment. */
  get silentMs(): number {
    if (this.#askedAtMs === undefined || this.#hasExited) return 0;
    const silentMs = performance.now() - this.#askedAtMs;
    return silentMs > SILENT_MS ? silentMs : 0;
  }

  /** Asks whether its event loop turns; the answer comes by itself. */
  ping(): void {
    if (this.#hasExited || !this.#child.connected || this.#askedAtMs !== undefined) return;
    this.#askedAtMs = performance.now();
    this.#child.send({ type: 'ping' }, () => undefined);
  }

  /** Asks it to end in order. */
  terminate(): void {
    if (!this.#hasExited) this.#child.kill('SIGTERM');
  }

  /** Ends it at once, with every process of its group. */
  kill(): void {
    if (this.#hasExited || this.pid === 0) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }

  /** Lets this process end although the child lives on. */
  release(): void {
    if (this.#child.connected) this.#child.disconnect();
    this.#child.unref();
  }
}

/** `exit code 1: the ring is full`, `killed by SIGKILL`. */
export function exitSentence(exit: ProcessExit): string {
  const how =
    exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `killed by ${exit.signal}`;
  return exit.reason === undefined ? how : `${how}: ${exit.reason}`;
}

function failureSentence(message: Extract<ServiceMessage, { type: 'failed' }>): string {
  const what = message.message.replace(/[.\s]+$/, '');
  return message.hint === undefined ? what : `${what}; ${message.hint}`;
}
