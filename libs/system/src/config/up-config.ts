/** The file of `--config`: JSON whose keys are the options of `up`. Options win over it. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SystemError } from '../errors.ts';
import { PRESET_NAMES } from '../plan/presets.ts';

const name = z.string().min(1).max(80);

const configFile = z.strictObject({
  vendors: z.array(name).min(1).optional(),
  symbols: z.array(name).min(1).optional(),
  live: z.boolean().optional(),
  preset: z.enum(PRESET_NAMES).optional(),
  rate: z.int().min(0).max(1_000_000).optional(),
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  /** Bar intervals in seconds. */
  timeframe: z.array(z.int().min(1).max(86_400)).min(1).optional(),
  /** Seconds. */
  duration: z.number().positive().max(2_678_400).optional(),
  report: z.string().min(1).optional(),
  dataDir: z.string().min(1).optional(),
  ringDir: z.string().min(1).optional(),
  natsUrl: z
    .string()
    .regex(/^(nats|tls):\/\/\S+$/, 'expected nats://host:port')
    .optional(),
  storeBudgetBytes: z.int().min(1_048_576).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
  bus: z
    .strictObject({
      port: z.int().min(0).max(65_535).optional(),
      /** The embedded broker although a nats-server is installed. */
      embedded: z.boolean().optional(),
    })
    .optional(),
  telemetry: z
    .strictObject({
      host: z.string().min(1).optional(),
      port: z.int().min(0).max(65_535).optional(),
      otlpUrl: z
        .string()
        .regex(/^https?:\/\/\S+$/, 'expected http://host:port')
        .optional(),
      sampleEvery: z
        .int()
        .min(0)
        .max(2 ** 32 - 1)
        .optional(),
    })
    .optional(),
  simulator: z
    .strictObject({
      port: z.int().min(0).max(65_535).optional(),
      faults: z.string().min(1).optional(),
    })
    .optional(),
});
export type UpConfigFile = z.infer<typeof configFile>;

/**
 * Reads and checks a configuration file.
 * @throws SystemError `USAGE` with every bad or unknown key named with its path.
 */
export function readUpConfig(path: string): UpConfigFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SystemError('USAGE', `the configuration ${path} cannot be read: ${why}`, { cause });
  }
  return parseUpConfig(text, path);
}

/** As `readUpConfig`, of a text that `path` names. */
export function parseUpConfig(text: string, path: string): UpConfigFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SystemError('USAGE', `the configuration ${path} is not JSON: ${why}`, { cause });
  }
  const parsed = configFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap(problemsOf).join('; ');
  throw new SystemError('USAGE', `the configuration ${path} is not valid: ${problems}`, {
    hint: 'Its keys are the options of `tickwire up --help`, such as "symbols" or "timeframe"',
  });
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...path, key].join('.')} is unknown`);
  }
  return [`${path.length === 0 ? 'the file' : path.join('.')}: ${issue.message}`];
}
