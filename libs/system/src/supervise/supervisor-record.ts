/** The supervisor's own record: what `status` and `down` know of a running system. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { processStartTicks, recordPath } from '@tickwire/io-service';
import type { ServiceRole, ServiceState } from './service-spec.ts';

export const SUPERVISOR = 'supervisor';

/** One service as the record lists it. */
export interface RecordedService {
  readonly service: string;
  readonly role: ServiceRole;
  readonly state: ServiceState;
  readonly pid: number;
  readonly startTicks: number;
  readonly restarts: number;
  /** ms since it last answered the supervisor; absent or 0 while it answers in time. */
  readonly silentMs?: number;
  /** How often it stood still for seconds and went on, and the longest of them in ms. */
  readonly stalls?: number;
  readonly stallMsMax?: number;
  readonly reason: string;
}

export interface SupervisorInfo {
  readonly version: string;
  readonly vendors: readonly string[];
  readonly live: boolean;
  readonly seed: number;
  readonly dataDir: string;
  readonly ringDir: string;
  readonly durationMs: number | null;
  readonly services: readonly RecordedService[];
}

export interface SupervisorRecord {
  readonly service: typeof SUPERVISOR;
  readonly pid: number;
  readonly startTicks: number;
  readonly startedAtMs: number;
  readonly info: SupervisorInfo;
}

/** Writes the record; a reader sees the old one or the new one, never half. */
export function writeSupervisorRecord(
  runDir: string,
  record: { startedAtMs: number; info: SupervisorInfo },
): void {
  const path = recordPath(runDir, SUPERVISOR);
  const full: SupervisorRecord = {
    service: SUPERVISOR,
    pid: process.pid,
    startTicks: processStartTicks(process.pid),
    ...record,
  };
  writeFileSync(`${path}.tmp`, `${JSON.stringify(full)}\n`, { mode: 0o640 });
  renameSync(`${path}.tmp`, path);
}

/** The record of the supervisor, alive or not; `undefined` when there is none that can be read. */
export function readSupervisorRecord(runDir: string): SupervisorRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(recordPath(runDir, SUPERVISOR), 'utf8'));
    return isSupervisorRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSupervisorRecord(value: unknown): value is SupervisorRecord {
  if (typeof value !== 'object' || value === null || !('info' in value)) return false;
  const { info } = value;
  return (
    'pid' in value &&
    Number.isInteger(value.pid) &&
    'startTicks' in value &&
    Number.isInteger(value.startTicks) &&
    typeof info === 'object' &&
    info !== null &&
    'ringDir' in info &&
    typeof info.ringDir === 'string' &&
    'services' in info &&
    Array.isArray(info.services)
  );
}
