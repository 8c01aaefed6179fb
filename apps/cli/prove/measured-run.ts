/** A real system, as `tickwire up` runs it, measured from outside: by /proc and its counters. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readStats, statsPath } from '@tickwire/io-service';
import { readSupervisorRecord, sampleProcess } from '@tickwire/system';
import type { RunReport } from '@tickwire/system';

const READY_MS_MAX = 30_000;
const LOOK_MS = 50;

export interface ProcessUse {
  readonly name: string;
  readonly cpuMs: number;
  readonly pssBytes: number;
}

export interface MeasuredRun {
  /** Every process of the system, the supervisor and nats-server included, by pid. */
  processes(): Map<number, ProcessUse>;
  /** A counter of a service, as it stands. */
  counter(service: string, name: string): number;
  /** Ends the run in order. */
  stop(): Promise<{ exitCode: number | null; report: RunReport | undefined; said: string }>;
}

/** Starts `tickwire up` with `args` and waits until every service is ready. */
export async function startMeasuredRun(args: readonly string[]): Promise<MeasuredRun> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tickwire-measure-'));
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  const report = join(dataDir, 'report.json');
  const main = resolve(import.meta.dirname, '../src/main.ts');
  const child = spawn(
    process.execPath,
    [main, 'up', '--data-dir', dataDir, '--report', report, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  const hear = (text: Buffer): void => void (said = (said + text.toString()).slice(-20_000));
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const recorded = () => readSupervisorRecord(join(dataDir, 'run'))?.info;
  const deadlineMs = performance.now() + READY_MS_MAX;
  for (;;) {
    const services = recorded()?.services ?? [];
    if (services.length > 0 && services.every(({ state }) => state === 'running')) break;
    if (child.exitCode !== null || performance.now() > deadlineMs) {
      child.kill('SIGKILL');
      throw new Error(`the system did not start: ${said}`);
    }
    await delay(LOOK_MS);
  }
  return {
    processes() {
      const all = new Map([[child.pid ?? 0, 'supervisor']]);
      for (const { pid, service } of recorded()?.services ?? []) all.set(pid, service);
      // nats-server has a shell between itself and the broker, that it may not outlive it.
      for (const pid of all.keys()) {
        for (const inner of childrenOf(pid)) if (!all.has(inner)) all.set(inner, commandOf(inner));
      }
      return new Map(
        [...all].flatMap(([pid, name]) => {
          const sample = sampleProcess(pid);
          return sample === undefined ? [] : [[pid, { name, ...sample }] as const];
        }),
      );
    },
    counter(service, name) {
      const ringDir = recorded()?.ringDir ?? '';
      return readStats(statsPath(ringDir, service)).values.get(name) ?? 0;
    },
    async stop() {
      child.kill('SIGTERM');
      const exitCode = await exited;
      const read = existsSync(report)
        ? (JSON.parse(readFileSync(report, 'utf8')) as RunReport)
        : undefined;
      rmSync(dataDir, { recursive: true, force: true });
      return { exitCode, report: read, said };
    },
  };
}

/** `nats-server`, or `sh`. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'gone';
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .split(' ')
        .filter((text) => text.trim() !== '')
        .map(Number),
    );
  } catch {
    return [];
  }
}

const MIB = 1024 ** 2;

/** CPU and memory between two looks, a line for each process, largest first; and their sums. */
export function tellUse(
  before: ReadonlyMap<number, ProcessUse>,
  after: ReadonlyMap<number, ProcessUse>,
  seconds: number,
): { cpuShare: number; pssBytes: number } {
  let cpuMs = 0;
  let pssBytes = 0;
  const rows = [...after]
    .map(([pid, use]) => ({ ...use, cpuMs: use.cpuMs - (before.get(pid)?.cpuMs ?? 0) }))
    .sort((a, b) => b.cpuMs - a.cpuMs);
  for (const row of rows) {
    cpuMs += row.cpuMs;
    pssBytes += row.pssBytes;
    const share = `${(row.cpuMs / seconds / 10).toFixed(1)} %`.padStart(8);
    console.log(
      `  ${row.name.padEnd(16)} ${share} of a core  ` +
        `${(row.pssBytes / MIB).toFixed(1).padStart(7)} MiB PSS`,
    );
  }
  const cpuShare = cpuMs / seconds / 1_000;
  console.log(
    `  ${'all'.padEnd(16)} ${`${(cpuShare * 100).toFixed(1)} %`.padStart(8)} of a core  ` +
      `${(pssBytes / MIB).toFixed(1).padStart(7)} MiB PSS`,
  );
  return { cpuShare, pssBytes };
}
