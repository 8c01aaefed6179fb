/** Reading a report back, for `audit`: its terms are believed, its judgement is not. */
import { readFileSync } from 'node:fs';
import type { LedgerEntry } from './gap-ledger.ts';
import type { HopRow } from './hop-rows.ts';
import { SystemError } from '../errors.ts';

/** The parts of a report that `audit` reads back. */
export interface AuditedReport {
  readonly hops: readonly HopRow[];
  readonly gaps: readonly LedgerEntry[];
  readonly gapsOmitted: number;
  /** Of a run on real vendors, whose own counts nobody knows. */
  readonly live: boolean;
}

/**
 * Reads a report and judges its hops anew: `balanced` in the file is not believed.
 * @throws SystemError `USAGE` when the file cannot be read or is no report.
 */
export function readReport(path: string): AuditedReport {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SystemError('USAGE', `the report ${path} cannot be read: ${why}`, { cause });
  }
  const hops = fieldOf(value, 'hops');
  if (!Array.isArray(hops)) throw notReport(path, 'it has no hops');
  const gaps = fieldOf(value, 'gaps');
  const omitted = fieldOf(value, 'gapsOmitted');
  return {
    hops: hops.map((hop) => judgedHop(hop, path)),
    gaps: Array.isArray(gaps) ? gaps.filter(isObject) : [],
    gapsOmitted: typeof omitted === 'number' ? omitted : 0,
    live: fieldOf(fieldOf(value, 'run'), 'live') === true,
  };
}

function judgedHop(hop: unknown, path: string): HopRow {
  const name = fieldOf(hop, 'name');
  const unit = fieldOf(hop, 'unit');
  if (typeof name !== 'string' || typeof unit !== 'string') {
    throw notReport(path, 'a hop has no name');
  }
  const dropped = countsOf(fieldOf(hop, 'dropped'));
  const row = {
    name,
    unit,
    in: countOf(fieldOf(hop, 'in')),
    out: countOf(fieldOf(hop, 'out')),
    parts: countsOf(fieldOf(hop, 'parts')),
    dropped,
    inFlight: countOf(fieldOf(hop, 'inFlight')),
  };
  const terms = [row.out, ...Object.values(dropped), row.inFlight ?? 0];
  const balanced =
    row.in !== null &&
    row.out !== null &&
    BigInt(row.in) === terms.reduce<bigint>((sum, n) => sum + BigInt(n ?? 0), 0n);
  return { ...row, balanced };
}

function countOf(value: unknown): number | string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? value : null;
}

function countsOf(value: unknown): Record<string, number | string> {
  const counts: Record<string, number | string> = {};
  for (const [name, raw] of Object.entries(isObject(value) ? value : {})) {
    const count = countOf(raw);
    if (count !== null) counts[name] = count;
  }
  return counts;
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notReport(path: string, why: string): SystemError {
  return new SystemError('USAGE', `${path} is not a report of tickwire: ${why}`, {
    hint: 'Make one with `tickwire up --duration 20 --report FILE`',
  });
}
