/**
 * The life of every service: configuration, lock, counters, start, ready, ordered stop.
 *
 *   start order: config ▸ directories ▸ lock ▸ counters ▸ operations ▸ start() ▸ record ▸ ready
 *   stop order:  SIGTERM or SIGINT ▸ not ready ▸ stop() within the deadline ▸ operations closed ▸
 *                record removed ▸ exit 0
 *
 * A second signal exits at once with 1. A lost supervisor does not stop a service: its data still
 * flows, and `tickwire down` finds it by its lock; unless `parent` is `required`, as it is for
 * services that a program started for itself.
 */
import { mkdirSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { TickwireError } from '@tickwire/core';
import type { CounterTable, Timers } from '@tickwire/core';
import { archNotice } from '@tickwire/ipc-ring';
import { createHostClock } from '@tickwire/ipc-shm';
import type { HostClock } from '@tickwire/ipc-shm';
import type { z } from 'zod';
import { loadConfig } from './config.ts';
import type { ServiceConfig } from './config.ts';
import { hostTimers } from './host-timers.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { silentTracer } from './operations.ts';
import type { Operations, ServicePhase, StartOperations, TickTracer } from './operations.ts';
import {
  processStartTicks,
  removeServiceRecord,
  takeServiceLock,
  writeServiceRecord,
} from './service-files.ts';
import { ServiceError } from './errors.ts';
import { openStats } from './stats-file.ts';

/** What `start` gets. */
export interface ServiceContext {
  readonly log: Log;
  readonly stats: CounterTable;
  readonly clock: HostClock;
  readonly timers: Timers;
  readonly tracer: TickTracer;
  /** Says whether the service can do its work now; shown by `status`. Called on change only. */
  setHealth(state: { ok: boolean; reason: string }): void;
  /** Ends the service because it cannot go on: logged, reported, ordered stop, exit 1. */
  fail(error: unknown): void;
}

/** What `start` gives back. */
export interface RunningService {
  /** What others should know: URLs, ring names, child processes. */
  readonly info: Record<string, unknown>;
  /** Drains and closes, the source first. Runs once. */
  stop(): Promise<void>;
}

/** Messages to a supervisor over the IPC channel. */
export type ServiceMessage =
  | { type: 'ready'; service: string; info: Record<string, unknown> }
  | { type: 'failed'; service: string; code: string; message: string; hint?: string }
  | { type: 'health'; service: string; ok: boolean; reason: string }
  | { type: 'pong'; service: string };

export interface ServiceOptions<Shape extends z.ZodRawShape> {
  readonly schema: z.ZodObject<Shape>;
  /** How long `stop` may take before the process exits with 1. Default 15,000. */
  readonly stopDeadlineMs?: number;
  /** Shows the service to those who operate it: `startOperations` of @tickwire/io-telemetry. */
  readonly operations?: StartOperations;
  start(config: z.infer<z.ZodObject<Shape>>, context: ServiceContext): Promise<RunningService>;
}

/** Runs a service in this process to its end: the whole of an app's `main`. Never rejects. */
export async function runService<Shape extends z.ZodRawShape>(
  options: ServiceOptions<Shape>,
): Promise<void> {
  let base: ServiceConfig;
  let config: z.infer<z.ZodObject<Shape>>;
  try {
    config = loadConfig(options.schema, process.env);
    base = config as ServiceConfig;
  } catch (error) {
    reportFailure('service', error);
    process.stderr.write(`${describe(error)}\n`);
    process.exit(2);
  }
  const log = createLog({ service: base.service, level: base.logLevel });
  const notice = archNotice(process.arch);
  if (notice !== undefined) log.warn(notice);
  let stop = async (): Promise<void> => undefined;
  const life = new Life(base, log);
  const ending = createEnding({ log, base, deadlineMs: options.stopDeadlineMs, life });
  try {
    mkdirSync(base.runDir, { recursive: true, mode: 0o750 });
    mkdirSync(base.ringDir, { recursive: true, mode: 0o750 });
    mkdirSync(base.dataDir, { recursive: true, mode: 0o750 });
    takeServiceLock(base.runDir, base.service);
    await life.open(options.operations);
    const running = await options.start(config, life.context(ending.fail));
    stop = () => running.stop();
    const info = { ...running.info, ...life.info };
    // A killed process keeps nothing: what was compiled is kept now, for its next life.
    flushCompileCache();
    life.phase = 'running';
    announce(base, info);
    log.info({ info }, 'ready');
  } catch (error) {
    reportFailure(base.service, error);
    log.fatal({ code: codeOf(error), err: error }, describe(error));
    process.exit(1);
  }
  await ending.finish(async () => {
    try {
      await stop();
    } finally {
      await life.close();
      removeServiceRecord(base.runDir, base.service);
    }
  });
}

/** What a service is while it lives: its counters, its health, its door for operators. */
class Life {
  phase: ServicePhase = 'starting';
  readonly #base: ServiceConfig;
  readonly #log: Log;
  readonly #clock = createHostClock();
  #stats: CounterTable | undefined;
  #operations: Operations | undefined;
  #ok = true;
  #reason = '';

  constructor(base: ServiceConfig, log: Log) {
    this.#base = base;
    this.#log = log;
  }

  /** What others are told of it besides the service's own facts. */
  get info(): Record<string, unknown> {
    if (this.#operations === undefined) return {};
    const { url, port } = this.#operations;
    return { ops: { url, port } };
  }

  async open(startOperations: StartOperations | undefined): Promise<void> {
    const base = this.#base;
    const stats = openStats(base.ringDir, base.service);
    this.#stats = stats;
    stats.counter('gauge/health').set(1);
    this.#operations = await startOperations?.({
      service: base.service,
      host: base.opsHost,
      port: base.opsPort,
      otlpUrl: base.otlpUrl,
      traceSampleEvery: base.traceSampleEvery,
      stats,
      health: () => ({ phase: this.phase, ok: this.#ok, reason: this.#reason }),
      clock: this.#clock,
      log: this.#log,
    });
    // Before it is ready already: a start that hangs can be looked at.
    if (this.#operations !== undefined) this.#log.info({ ops: this.info.ops }, 'open to operators');
  }

  context(fail: (error: unknown) => void): ServiceContext {
    const stats = this.#stats;
    if (stats === undefined) throw new ServiceError('NOT_OPEN', 'the service has no counters yet');
    const health = stats.counter('gauge/health');
    return {
      log: this.#log,
      stats,
      clock: this.#clock,
      timers: hostTimers,
      tracer: this.#operations?.tracer ?? silentTracer,
      fail,
      setHealth: ({ ok, reason }) => {
        this.#ok = ok;
        this.#reason = reason;
        health.set(ok ? 1 : 0);
        this.#log[ok ? 'info' : 'warn']({ health: ok }, reason);
        tell({ type: 'health', service: this.#base.service, ok, reason });
      },
    };
  }

  async close(): Promise<void> {
    await this.#operations?.close();
  }
}

interface Ending {
  fail(error: unknown): void;
  /** Waits for a signal or a failure, then runs `stop` and exits. */
  finish(stop: () => Promise<void>): Promise<never>;
}

/** Signals count from the first moment, so that one during the start is not lost. */
function createEnding(options: {
  log: Log;
  base: ServiceConfig;
  deadlineMs: number | undefined;
  life: Life;
}): Ending {
  let exitCode = 0;
  const wanted = Promise.withResolvers<void>();
  let asked = false;
  const deadlineMs = options.deadlineMs ?? 15_000;
  /** The deadline runs from here, so that a start which hangs cannot outlive it either. */
  const end = (): void => {
    options.life.phase = 'stopping';
    wanted.resolve();
    setTimeout(() => {
      options.log.error({ deadlineMs }, 'not stopped in time: exiting as it is');
      process.exit(1);
    }, deadlineMs).unref();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(1);
    asked = true;
    options.log.info({ signal }, 'stopping');
    end();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  const fail = (error: unknown): void => {
    exitCode = 1;
    options.log.fatal({ code: codeOf(error), err: error }, describe(error));
    reportFailure(options.base.service, error);
    end();
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  answerPings(options.base.service);
  // The supervisor's death must neither crash a later send nor, unless so configured, end us.
  process.on('disconnect', () => {
    if (asked) return;
    if (options.base.parent === 'optional') {
      options.log.warn('the supervisor is gone; going on without it');
      return;
    }
    options.log.warn('the program that started this service is gone: stopping');
    asked = true;
    end();
  });
  return {
    fail,
    async finish(stop) {
      const keepAlive = setInterval(() => undefined, 60_000);
      await wanted.promise;
      clearInterval(keepAlive);
      try {
        await stop();
      } catch (error) {
        exitCode = 1;
        options.log.error({ code: codeOf(error), err: error }, `stop failed: ${describe(error)}`);
      }
      options.log.info({ exitCode }, 'stopped');
      process.exit(exitCode);
    },
  };
}

/** The supervisor asks whether the event loop still turns. */
function answerPings(service: string): void {
  process.on('message', (message) => {
    const isPing =
      typeof message === 'object' &&
      message !== null &&
      'type' in message &&
      message.type === 'ping';
    if (isPing) tell({ type: 'pong', service });
  });
}

function announce(base: ServiceConfig, info: Record<string, unknown>): void {
  writeServiceRecord(base.runDir, {
    service: base.service,
    pid: process.pid,
    startTicks: processStartTicks(process.pid),
    startedAtMs: Date.now(),
    info,
  });
  tell({ type: 'ready', service: base.service, info });
}

function reportFailure(service: string, error: unknown): void {
  const hint = error instanceof TickwireError ? error.hint : undefined;
  const message = error instanceof Error ? error.message : String(error);
  tell({
    type: 'failed',
    service,
    code: codeOf(error),
    message,
    ...(hint === undefined ? {} : { hint }),
  });
}

function tell(message: ServiceMessage): void {
  if (process.send === undefined || !process.connected) return;
  // The callback form: a supervisor that dies right now is no error of ours.
  process.send(message, undefined, undefined, () => undefined);
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'UNEXPECTED';

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = error instanceof TickwireError && error.hint !== undefined ? ` — ${error.hint}` : '';
  return error.message + hint;
}
