import { readFileSync } from 'node:fs';
import { processStartTicks } from '@tickwire/io-service';

/** A pid is used again; together with the start time it names one process for ever. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
}

/** Whether exactly this process lives: a zombie, waiting for its parent to look, does not. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.pid <= 0 || identity.startTicks <= 0) return false;
  return processStartTicks(identity.pid) === identity.startTicks && stateOf(identity.pid) !== 'Z';
}

/** Whether the process is stopped by SIGSTOP or a debugger. */
export function isSuspended(pid: number): boolean {
  const state = stateOf(pid);
  return state === 'T' || state === 't';
}

/**
 * Sends a signal to exactly this process.
 * @returns false when it is gone already.
 */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

/** The state letter of proc(5): R, S, D, Z, T … */
function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return '';
  }
}
