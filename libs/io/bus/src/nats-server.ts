/**
 * The real nats-server as a private child: JetStream in the data directory, loopback only. It dies
 * with its owner, even one killed with SIGKILL: a shell between the two waits on a pipe that the
 * kernel closes at the owner's death, and ends the server then.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { BusError } from './errors.ts';

export interface NatsServerOptions {
  /** Path of the binary: see `findNatsServer`. */
  readonly binary: string;
  /** JetStream and the ports file go into `<dataDir>/nats`. */
  readonly dataDir: string;
  /** 0 (default) = any free port. */
  readonly port?: number;
  readonly startDeadlineMs?: number;
}

export interface NatsServer {
  readonly kind: 'nats-server';
  readonly durable: true;
  readonly url: string;
  readonly port: number;
  /** Of nats-server itself. */
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly exited: Promise<void>;
  /** SIGTERM, then SIGKILL after the deadline; resolves when it is gone. */
  stop(deadlineMs?: number): Promise<void>;
}

// `read` is a builtin, so killing the watcher leaves no other process behind. Descriptor 3: the
// shell gives its background jobs /dev/null as input.
const TETHER = `exec 3<&0
"$@" 3<&- </dev/null &
server=$!
(read -r _ <&3; kill -TERM $server 2>/dev/null) &
watcher=$!
exec 3<&-
trap 'kill -TERM $server 2>/dev/null' TERM INT
while :; do wait $server; code=$?; kill -0 $server 2>/dev/null || break; done
kill $watcher 2>/dev/null
exit $code`;

/**
 * The limits of infra/nats/nats-server.conf; a test compares them. Its monitoring port is left out:
 * the supervisor watches this process by itself.
 */
const LIMITS = `max_payload: 1MB
max_connections: 1024
max_pending: 64MB
write_deadline: "10s"
ping_interval: "20s"
ping_max: 2
jetstream { max_memory_store: 256MB, max_file_store: 4GB }
`;

const LOG_BYTES_MAX = 4_096;
const POLL_MS = 20;

/** The first nats-server on `path` (a PATH text), else in /usr/sbin; `undefined` without one. */
export async function findNatsServer(path = process.env.PATH ?? ''): Promise<string | undefined> {
  for (const folder of [...path.split(delimiter), '/usr/sbin', '/usr/local/bin']) {
    if (folder === '') continue;
    const candidate = join(folder, 'nats-server');
    const usable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return candidate;
  }
  return undefined;
}

/**
 * Starts nats-server and waits until it says which port it took.
 * @throws BusError `SERVER_FAILED` with its last words; `PORT_BUSY` when they say so.
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const folder = resolve(options.dataDir, 'nats');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removePortsFiles(folder);
  const limits = join(folder, 'limits.conf');
  await writeFile(limits, LIMITS, { mode: 0o600 });
  const port = options.port === undefined || options.port === 0 ? -1 : options.port;
  const child = spawn(
    '/bin/sh',
    [
      ...['-c', TETHER, 'nats-tether', options.binary],
      ...['-c', limits, '-a', '127.0.0.1', '-p', String(port), '-sd', folder],
      ...['--ports_file_dir', folder],
    ],
    // Its own group: a Ctrl-C at the terminal is its owner's business.
    { stdio: ['pipe', 'ignore', 'pipe'], detached: true },
  );
  const running = new ServerProcess(child);
  const deadlineMs = performance.now() + (options.startDeadlineMs ?? 10_000);
  for (;;) {
    const found = await readPortsFile(folder);
    if (found !== undefined) return running.started(found);
    if (running.hasExited) throw running.failure();
    if (performance.now() > deadlineMs) {
      await running.stop(0);
      throw new BusError('SERVER_FAILED', 'nats-server did not say its port in time');
    }
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

class ServerProcess {
  readonly exited: Promise<void>;
  hasExited = false;
  readonly #child: ChildProcess;
  #log = '';
  #pid = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-LOG_BYTES_MAX);
    });
    child.stdin?.on('error', () => undefined); // the tether may be gone already
    this.exited = new Promise((done) => {
      const ended = (): void => {
        this.hasExited = true;
        done();
      };
      child.once('exit', ended);
      child.once('error', ended);
    });
  }

  started(found: { pid: number; port: number }): NatsServer {
    this.#pid = found.pid;
    return {
      kind: 'nats-server',
      durable: true,
      url: `nats://127.0.0.1:${found.port}`,
      port: found.port,
      pid: found.pid,
      exited: this.exited,
      stop: (deadlineMs = 5_000) => this.stop(deadlineMs),
    };
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.hasExited) return;
    this.#child.stdin?.end();
    const timer = setTimeout(() => {
      if (this.#pid > 0 && !this.hasExited) process.kill(this.#pid, 'SIGKILL');
      this.#child.kill('SIGKILL');
    }, deadlineMs);
    await this.exited;
    clearTimeout(timer);
  }

  failure(): BusError {
    const busy = /address already in use/.test(this.#log);
    const last = this.#log.trim().split('\n').at(-1) ?? '';
    return busy
      ? new BusError('PORT_BUSY', 'the port of nats-server is taken')
      : new BusError('SERVER_FAILED', `nats-server did not start: ${last}`);
  }
}

/** `nats-server_<pid>.ports`, written when it listens: `{"nats": ["nats://127.0.0.1:4222"]}`. */
async function readPortsFile(folder: string): Promise<{ pid: number; port: number } | undefined> {
  for (const name of await readdir(folder)) {
    const pid = /_(\d+)\.ports$/.exec(name)?.[1];
    if (pid === undefined) continue;
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    const port = /"nats"\s*:\s*\[\s*"nats:\/\/[^"]*:(\d+)"/.exec(text)?.[1];
    if (port !== undefined) return { pid: Number(pid), port: Number(port) };
  }
  return undefined;
}

async function removePortsFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith('.ports')) await rm(join(folder, name), { force: true });
  }
}
