/** Starts the processes of this folder from tests and proofs, and reads what they report. */
import { join } from 'node:path';
import { startProcess, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import type { ProofReaderOptions, ProofReaderResult, ReaderWhereabouts } from './proof-reader.ts';
import type { ProofWriterOptions, WriterWhereabouts } from './proof-writer.ts';

const script = (name: string): string => join(import.meta.dirname, name);

export interface WriterInfo {
  readonly epoch: number;
  readonly ringId: string;
  readonly padded: number;
  readonly start: number;
}

export interface WriterDone {
  readonly type: 'done';
  readonly published: number;
  readonly elapsedMs: number;
  /** It came to the last position there is and was refused another. */
  readonly exhausted: boolean;
  readonly counters: {
    readonly full: number;
    readonly publications: number;
    readonly expelled: number;
  };
}

export function startWriter(options: ProofWriterOptions): TestProcess {
  return startProcess({ script: script('proof-writer.ts'), args: [JSON.stringify(options)] });
}

export function startReader(options: ProofReaderOptions): TestProcess {
  return startProcess({ script: script('proof-reader.ts'), args: [JSON.stringify(options)] });
}

export function startKilledWriter(path: string): TestProcess {
  return startProcess({ script: script('killed-writer.ts'), args: [path] });
}

export async function writerInfo(writer: TestProcess): Promise<WriterInfo> {
  return (await writer.ready()) as WriterInfo;
}

export function writerDone(writer: TestProcess): Promise<WriterDone> {
  return reported(writer, 'done') as Promise<WriterDone>;
}

export function readerResult(reader: TestProcess, deadlineMs?: number): Promise<ProofReaderResult> {
  return reported(reader, 'result', deadlineMs) as Promise<ProofReaderResult>;
}

/** Where a proof's process is now; its earlier messages are dropped. */
export async function whereIs<T extends WriterWhereabouts | ReaderWhereabouts>(
  process: TestProcess,
): Promise<T> {
  process.messages.length = 0;
  process.child.send('where');
  return waitFor(() => process.messages[0] as T | undefined, {
    what: `the whereabouts of process ${process.pid}`,
    everyMs: 1,
    deadlineMs: 20_000,
  });
}

async function reported(process: TestProcess, type: string, deadlineMs = 60_000): Promise<unknown> {
  return waitFor(
    () => {
      const found = process.messages.find(
        (message) => (message as { type?: string }).type === type,
      );
      if (found === undefined && process.hasEnded) {
        throw new Error(`process ${process.pid} ended without ${type}\n${process.stderr}`);
      }
      return found;
    },
    { what: `${type} of process ${process.pid}`, deadlineMs },
  );
}
