/** The processes of the proof of the readers in other languages. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startProcess, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { accountsOf, spawnForeignReader } from '../test/foreign-reader.ts';
import type { ForeignAccount, ForeignReader } from '../test/foreign-reader.ts';
import type {
  SteadyWriterAnswer,
  SteadyWriterOptions,
  SteadyWriterOrder,
} from './steady-writer.ts';

/** An answer of the writer may come so much later than it was told to write. */
const GRACE_MS = 60_000;

const children: ChildProcess[] = [];

/** What is left when a proof ends early. */
export function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

export class SteadyWriter {
  readonly #process: TestProcess;

  constructor(options: SteadyWriterOptions) {
    const script = 'apps/cli/prove/steady-writer.ts';
    this.#process = startProcess({ script, args: [JSON.stringify(options)] });
    children.push(this.#process.child);
  }

  ready(): Promise<unknown> {
    return this.#process.ready();
  }

  async order(order: SteadyWriterOrder): Promise<SteadyWriterAnswer> {
    const { child, messages } = this.#process;
    const answered = messages.length;
    child.send(order);
    const deadlineMs = GRACE_MS + (order.type === 'publish' ? order.seconds * 1_000 : 0);
    const options = { what: `${order.type} done`, deadlineMs };
    return (await waitFor(() => messages[answered], options)) as SteadyWriterAnswer;
  }
}

/** A reader that has attached; what it prints goes to who started it, and is not kept. */
export class ForeignReading {
  readonly language: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = '';

  private constructor(
    reader: ForeignReader,
    args: readonly string[],
    onOutput: (chunk: Buffer) => void,
  ) {
    this.language = reader.language;
    const child = spawnForeignReader(reader, args);
    children.push(child);
    child.stdout.on('data', onOutput);
    child.stderr.on('data', (chunk: Buffer) => void (this.#said += chunk.toString()));
    this.#child = child;
    // `close` comes behind the last output.
    this.#ended = once(child, 'close');
  }

  static async start(
    reader: ForeignReader,
    args: readonly string[],
    onOutput: (chunk: Buffer) => void,
  ): Promise<ForeignReading> {
    const reading = new ForeignReading(reader, args, onOutput);
    await waitFor(() => reading.#said.includes('from position'), {
      what: `the reader in ${reader.language} to attach`,
    });
    return reading;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** @throws Error with what it said when it did not end in order. */
  async end(): Promise<ForeignAccount> {
    await this.#ended;
    const [account] = accountsOf(this.#said);
    if (this.#child.exitCode !== 0 || account === undefined) throw new Error(this.#said);
    return account;
  }
}
