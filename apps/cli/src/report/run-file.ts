/** The parts of a file of `up --report` that this report needs besides the accounts. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CliError } from '../errors.ts';

const latency = z.object({
  p50Ns: z.number(),
  p95Ns: z.number(),
  p99Ns: z.number(),
  p999Ns: z.number(),
  maxNs: z.number(),
  count: z.number(),
});

const runFile = z.object({
  run: z.object({
    startedAt: z.iso.datetime(),
    durationMs: z.number().nonnegative(),
    ringIds: z.record(z.string(), z.string()).default({}),
  }),
  latency: z.record(z.string(), latency),
  restarts: z.array(
    z.object({ service: z.string(), at: z.string(), reason: z.string().default('') }),
  ),
});
export type RunFile = z.infer<typeof runFile>;

/** @throws CliError `USAGE` when the file cannot be read or is no such report. */
export function readRunFile(path: string): RunFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('USAGE', `the report ${path} cannot be read: ${why}`, { cause });
  }
  const parsed = runFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const why = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  throw new CliError('USAGE', `${path} is not a report of tickwire: ${why}`, {
    hint: 'Make one with `tickwire up --duration 20 --report FILE`',
  });
}
