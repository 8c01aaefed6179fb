/** A real system, as `tickwire up` runs it, whose services are killed on purpose. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  closeSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readCounters } from '@tickwire/core';
import { readStats, statsPath } from '@tickwire/io-service';
import { readSupervisorRecord } from '@tickwire/system';
import type { RecordedService, RunReport } from '@tickwire/system';

const LOOK_MS = 10;
const BACK_MS_MAX = 20_000;
/** Between two kills: longer than what the supervisor calls steady. */
const STEADY_MS = 2_200;
const SETTLE_MS = 1_000;
/** Services whose death stops the flow itself: while they are down there is no rate to keep. */
const CARRIES_THE_FLOW = /^(gateway|sim)-/;

export interface KillOutcome {
  readonly service: string;
  /** From the signal to being ready again. */
  readonly backMs: number;
  /** Messages sent in the meantime as a share of those offered; `undefined` where not judged. */
  readonly rateShare: number | undefined;
}

export interface EndedRun {
  readonly exitCode: number | null;
  readonly report: RunReport | undefined;
  /** The last lines of what it said. */
  readonly said: string;
  /** The simulator's own counters at its end, over all its lives. */
  readonly sent: ReadonlyMap<string, number>;
}

export class KillRun {
  readonly #child: ChildProcess;
  readonly #options: { dataDir: string; rate: number; random: () => number };
  readonly #exited: Promise<number | null>;

  private constructor(
    child: ChildProcess,
    options: { dataDir: string; rate: number; random: () => number },
  ) {
    this.#child = child;
    this.#options = options;
    this.#exited = new Promise((done) => child.once('exit', (code) => done(code)));
  }

  static async start(options: {
    dataDir: string;
    rate: number;
    seed: number;
    random: () => number;
  }): Promise<KillRun> {
    const { dataDir, rate, seed } = options;
    const main = resolve(import.meta.dirname, '../src/main.ts');
    const args = ['up', '--data-dir', dataDir, '--rate', String(rate), '--seed', String(seed)];
    const report = ['--report', join(dataDir, 'report.json')];
    const child = spawn(process.execPath, [main, ...args, ...report], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    mkdirSync(dataDir, { recursive: true });
    const said = createWriteStream(join(dataDir, 'said.txt'));
    child.stdout.pipe(said, { end: false });
    child.stderr.pipe(said, { end: false });
    const run = new KillRun(child, options);
    await run.#until(() => run.#isWhole(), 'the system to be ready');
    await delay(STEADY_MS);
    return run;
  }

  /** In the order of their start. */
  services(): string[] {
    return this.#recorded().map(({ service }) => service);
  }

  /** Ends a service and waits until it is back, and steady. */
  async kill(service: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<KillOutcome> {
    await delay(this.#options.random() * 500);
    const before = this.#recorded().find((one) => one.service === service);
    if (before === undefined || before.pid === 0) throw new Error(`${service} does not run`);
    const sentBefore = this.#sent();
    const killedMs = performance.now();
    process.kill(before.pid, signal);
    await this.#until(() => {
      const now = this.#recorded().find((one) => one.service === service);
      return now?.state === 'running' && now.pid !== before.pid;
    }, `${service} to be back`);
    const backMs = performance.now() - killedMs;
    await delay(SETTLE_MS);
    const share =
      (this.#sent() - sentBefore) / (((performance.now() - killedMs) / 1000) * this.#options.rate);
    await delay(STEADY_MS - SETTLE_MS);
    const rateShare = CARRIES_THE_FLOW.test(service) ? undefined : share;
    return { service, backMs, rateShare };
  }

  /** Asks the system to end, and reads what it reports. */
  async stop(): Promise<EndedRun> {
    // Held open: the system removes its files at its end.
    const counters = openSync(statsPath(this.#ringDir(), 'sim-kucoin'), 'r');
    this.#child.kill('SIGTERM');
    const exitCode = await this.#exited;
    const sent = readCounters(readFileSync(counters)).values;
    closeSync(counters);
    const { dataDir } = this.#options;
    const path = join(dataDir, 'report.json');
    const report = existsSync(path)
      ? (JSON.parse(readFileSync(path, 'utf8')) as RunReport)
      : undefined;
    const said = readFileSync(join(dataDir, 'said.txt'), 'utf8').split('\n').slice(-8).join('\n');
    return { exitCode, report, said, sent };
  }

  /** Whatever happened, nothing of it stays. */
  abandon(): void {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    for (const { pid } of this.#recorded()) {
      try {
        if (pid > 0) process.kill(pid, 'SIGKILL');
      } catch {
        // It had ended already.
      }
    }
  }

  #recorded(): readonly RecordedService[] {
    return readSupervisorRecord(join(this.#options.dataDir, 'run'))?.info.services ?? [];
  }

  #isWhole(): boolean {
    const services = this.#recorded();
    return services.length > 0 && services.every(({ state }) => state === 'running');
  }

  #ringDir(): string {
    return readSupervisorRecord(join(this.#options.dataDir, 'run'))?.info.ringDir ?? '';
  }

  /** Data messages that the simulators have sent, over all their lives. */
  #sent(): number {
    const ringDir = this.#ringDir();
    return this.services()
      .filter((service) => service.startsWith('sim-'))
      .map((service) => readStats(statsPath(ringDir, service)).values)
      .reduce((sum, values) => sum + (values.get('hop/kucoin.wire/message/in') ?? 0), 0);
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const deadlineMs = performance.now() + BACK_MS_MAX;
    while (!holds()) {
      if (this.#child.exitCode !== null) throw new Error(`the system ended, waiting for ${what}`);
      if (performance.now() > deadlineMs) throw new Error(`waited in vain for ${what}`);
      await delay(LOOK_MS);
    }
  }
}
