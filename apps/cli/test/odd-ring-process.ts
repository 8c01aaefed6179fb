/** The writer of odd ticks as a process that obeys. */
import { startProcess, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import type { OddRingOptions, OddRingOrder } from '../test-processes/odd-ring-writer.ts';

interface OddRingInfo {
  readonly epoch: number;
  readonly ringId: string;
  readonly padded: number;
}

export class OddRingProcess {
  readonly info: OddRingInfo;
  readonly #process: TestProcess;

  private constructor(started: TestProcess, info: OddRingInfo) {
    this.#process = started;
    this.info = info;
  }

  /** Has the ring when this resolves. */
  static async start(options: OddRingOptions): Promise<OddRingProcess> {
    const started = startProcess({
      script: 'apps/cli/test-processes/odd-ring-writer.ts',
      args: [JSON.stringify(options)],
    });
    return new OddRingProcess(started, (await started.ready()) as OddRingInfo);
  }

  /** Publishes odd ticks and resolves with the position behind the last one. */
  publish(count: number, seed: number): Promise<number> {
    return this.order({ type: 'publish', count, seed });
  }

  /** Ends the ring in order. */
  async close(): Promise<void> {
    await this.order({ type: 'close' });
  }

  async order(order: OddRingOrder): Promise<number> {
    const { child, messages } = this.#process;
    const answered = messages.length;
    child.send(order);
    const answer = await waitFor(() => messages[answered], { what: `${order.type} done` });
    return (answer as { position: number }).position;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.child.kill(signal);
  }

  async kill(): Promise<void> {
    await this.#process.stop('SIGKILL');
  }
}
