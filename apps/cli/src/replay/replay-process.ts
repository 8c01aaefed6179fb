/**
 * A replay in a process of its own, with private directories: the gateway's code plays the sources
 * into a ring, and this process reads the ring.
 *
 *   this process ── starts ─▶ gateway-replay ── ticks ─▶ ring ─▶ this process (required reader)
 *
 * Nothing stays behind, however either of the two ends: this one removes the directories at its
 * end, and the other one does when this one is killed.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRing } from '@tickwire/io-rings';
import type { RingSubscription } from '@tickwire/io-rings';
import type { ServiceMessage } from '@tickwire/io-service';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { appEntry } from '@tickwire/system';
import { CliError } from '../errors.ts';

export const REPLAY_SERVICE = 'gateway-replay';
const READY_DEADLINE_MS = 20_000;
const STOP_DEADLINE_MS = 10_000;
/** Of the child's output, for the sentence that says why it ended. */
const OUTPUT_CHARS_MAX = 16_384;

export interface ReplayOptions {
  readonly sources: readonly string[];
  readonly vendor: string;
  readonly speed: number | 'max';
  readonly slotCount?: number;
  /** The sources are fragments of DBN of this version. */
  readonly dbnVersion?: 1 | 2 | 3 | undefined;
  /** Told of each record that was skipped, as it happens. */
  readonly onProblem: (problem: ReplayProblem) => void;
}

/** A record that the replay skipped. */
export interface ReplayProblem {
  /** `capture`: the file is damaged there; `vendor`: a message that the normaliser refused. */
  readonly source: 'capture' | 'vendor';
  readonly code: string;
  readonly message: string;
}

type Message = ServiceMessage | (ReplayProblem & { readonly type: 'problem' });

export class ReplayProcess {
  readonly pid: number;
  readonly ringDir: string;
  readonly dataDir: string;
  readonly subscription: RingSubscription;
  readonly #child: StartedChild;
  readonly #directories: readonly string[];
  readonly #onExit: () => void;

  /**
   * Starts the replay and attaches to its ring from the first tick on.
   * @throws CliError with the child's own reason when it cannot start.
   */
  static async start(options: ReplayOptions): Promise<ReplayProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'tickwire-replay-'));
    const ringDir = mkdtempSync(join(ringRoot(), 'tickwire-replay-'));
    const child = new StartedChild(environmentOf(options, { dataDir, ringDir }), options.onProblem);
    try {
      const ring = await child.ready();
      return new ReplayProcess({ options, dataDir, ringDir, child, ring });
    } catch (error) {
      await child.stop();
      for (const path of [dataDir, ringDir]) rmSync(path, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(parts: {
    options: ReplayOptions;
    dataDir: string;
    ringDir: string;
    child: StartedChild;
    ring: string;
  }) {
    this.dataDir = parts.dataDir;
    this.ringDir = parts.ringDir;
    this.pid = parts.child.pid;
    this.#child = parts.child;
    this.#directories = [parts.ringDir, parts.dataDir];
    this.subscription = openRing({
      dir: parts.ringDir,
      name: parts.ring,
      from: 'oldest',
      register: { label: 'replay', required: true },
    });
    // Also on an exit that nobody awaits, such as that of a closed pipe.
    this.#onExit = () => {
      this.#child.terminate();
      this.#remove();
    };
    process.on('exit', this.#onExit);
  }

  /** Why the replay ended before its time; `undefined` while it has not. */
  get failure(): string | undefined {
    return this.#child.failure;
  }

  /** Ends the child and waits until its last message is in: before that no verdict is final. */
  async settle(): Promise<void> {
    await this.#child.stop();
  }

  /** Stops the child, whatever it does, and removes everything of it. */
  async close(): Promise<void> {
    this.subscription.close();
    await this.#child.stop();
    process.off('exit', this.#onExit);
    this.#remove();
  }

  #remove(): void {
    for (const path of this.#directories) rmSync(path, { recursive: true, force: true });
  }
}

/** The child and what it says. */
class StartedChild {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #ready = Promise.withResolvers<string>();
  #output = '';
  #failure: string | undefined;
  #stopping = false;

  constructor(environment: NodeJS.ProcessEnv, onProblem: (problem: ReplayProblem) => void) {
    this.#child = spawn(process.execPath, [appEntry('gateway-replay')], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true, // Ctrl-C is for this process alone, which then stops the child
    });
    this.pid = this.#child.pid ?? 0;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_CHARS_MAX);
      });
    }
    this.#child.on('message', (message) => this.#onMessage(message as Message, onProblem));
    this.#ready.promise.catch(() => undefined); // whoever waits for it gets the error
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#end(error.message);
        resolve();
      });
      this.#child.once('close', (code, signal) => {
        if (!this.#stopping) this.#end(signal ?? `exit code ${code ?? 'unknown'}`);
        resolve();
      });
    });
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  /** The name of its ring. */
  async ready(): Promise<string> {
    const timer = setTimeout(
      () => this.#ready.reject(new CliError('START_FAILED', 'the replay did not get ready')),
      READY_DEADLINE_MS,
    );
    try {
      return await this.#ready.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  terminate(): void {
    this.#stopping = true;
    this.#child.kill('SIGTERM');
  }

  async stop(): Promise<void> {
    this.terminate();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #onMessage(message: Message, onProblem: (problem: ReplayProblem) => void): void {
    if (message.type === 'ready') this.#ready.resolve(String(message.info.ring));
    else if (message.type === 'problem') onProblem(message);
    else if (message.type === 'failed') {
      this.#failure = message.message;
      const hint = message.hint === undefined ? {} : { hint: message.hint };
      this.#ready.reject(new CliError('FAILED', message.message, hint));
    }
  }

  #end(how: string): void {
    const last = this.#output.trim().split('\n').at(-1) ?? '';
    this.#failure ??= `the replay ended (${how}) ${last}`.trim();
    this.#ready.reject(new CliError('FAILED', this.#failure));
  }
}

function environmentOf(
  options: ReplayOptions,
  folders: { dataDir: string; ringDir: string },
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TICKWIRE_SERVICE: REPLAY_SERVICE,
    TICKWIRE_RUN_DIR: join(folders.dataDir, 'run'),
    TICKWIRE_DATA_DIR: folders.dataDir,
    TICKWIRE_RING_DIR: folders.ringDir,
    TICKWIRE_LOG_LEVEL: 'error',
    TICKWIRE_REPLAY_SOURCES: JSON.stringify(options.sources),
    TICKWIRE_REPLAY_VENDOR: options.vendor,
    TICKWIRE_REPLAY_DBN_VERSION: options.dbnVersion?.toString(),
    TICKWIRE_REPLAY_SPEED: String(options.speed),
    TICKWIRE_REPLAY_RING: undefined,
    TICKWIRE_REPLAY_SLOTS: String(options.slotCount ?? 65_536),
    TICKWIRE_REPLAY_READERS: options.speed === 'max' ? '1' : '0',
    TICKWIRE_REPLAY_OWNED: '1',
  };
}

function ringRoot(): string {
  const root = sharedMemoryRoot();
  if (root.usable) return root.path;
  throw new CliError('NO_SHARED_MEMORY', root.reason, { hint: 'Mount a tmpfs on /dev/shm' });
}
