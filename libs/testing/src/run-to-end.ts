import { startProcess } from './start-process.ts';
import type { StartProcessOptions } from './start-process.ts';

export interface FinishedProcess {
  /** 128 + n when it was ended by signal n, as a shell says it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SIGNAL_CODES: Partial<Record<NodeJS.Signals, number>> = {
  SIGINT: 130,
  SIGKILL: 137,
  SIGSEGV: 139,
  SIGTERM: 143,
};

/** Runs a script to its end: a command line as a user of it sees it. */
export async function runToEnd(options: StartProcessOptions): Promise<FinishedProcess> {
  const started = startProcess(options);
  const { code, signal } = await started.ended;
  const fallback = signal === null ? 1 : (SIGNAL_CODES[signal] ?? 128);
  return { code: code ?? fallback, stdout: started.stdout, stderr: started.stderr };
}
