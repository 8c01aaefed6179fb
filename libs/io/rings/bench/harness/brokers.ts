/** The daemons that some peers need: nats-server, and RouDi of iceoryx. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@tickwire/testing';

export interface Broker {
  /** Where clients connect; empty where they find it by themselves. */
  readonly address: string;
  /** CPU seconds that it has used. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** The broker, or why there is none. */
export type Started = Broker | { readonly missing: string };

/** A clock tick of `/proc/PID/stat`, which is 1/100 s on every Linux that Node runs on. */
const CLOCK_TICKS_PER_SECOND = 100;

export async function startNats(dir: string): Promise<Started> {
  const args = ['-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', dir];
  const child = await start('nats-server', args);
  if (child === undefined) return { missing: 'not installed: apt install nats-server' };
  const ports = await waitFor(() => readPorts(dir), { what: 'the port of nats-server' });
  return brokerOf(child, ports);
}

export async function startRoudi(): Promise<Started> {
  const child = await start('iox-roudi', ['-m', 'off', '-l', 'off']);
  if (child === undefined) return { missing: 'not installed: apt install iceoryx' };
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    await waitFor(
      () => {
        if (child.exitCode !== null) throw new Error(`RouDi ended with ${child.exitCode}`);
        return output.includes('ready for clients');
      },
      { what: 'RouDi' },
    );
  } catch (error) {
    child.kill('SIGTERM');
    return { missing: error instanceof Error ? error.message : 'RouDi did not start' };
  }
  return brokerOf(child, '');
}

/** `undefined` when there is no such program. */
async function start(program: string, args: readonly string[]): Promise<ChildProcess | undefined> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.resume();
  try {
    await once(child, 'spawn');
    return child;
  } catch {
    return undefined;
  }
}

function brokerOf(child: ChildProcess, address: string): Broker {
  return {
    address,
    cpuSeconds: () => cpuSecondsOf(Number(child.pid)),
    stop: async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function readPorts(dir: string): string | undefined {
  const file = readdirSync(dir).find((name) => name.endsWith('.ports'));
  if (file === undefined) return undefined;
  try {
    const { nats } = JSON.parse(readFileSync(join(dir, file), 'utf8')) as { nats: string[] };
    return nats[0];
  } catch {
    return undefined; // being written
  }
}

function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // After the name in parentheses come state, ppid, …: user and system time are 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}
