import { z } from 'zod';
import { ConfigError } from './errors.ts';

const PREFIX = 'TICKWIRE_';

/** Text of the environment as the values a schema expects. */
export const environmentNumber = z
  .string()
  .trim()
  .regex(/^-?\d+(\.\d+)?$/, 'expected a number')
  .transform(Number);
export const environmentFlag = z
  .enum(['1', '0', 'true', 'false', 'yes', 'no'])
  .transform((text) => text === '1' || text === 'true' || text === 'yes');
export const environmentList = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** A JSON array of 1 to 1,024 paths: a path may have any character that a list would end at. */
export const environmentPaths = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'expected a JSON array of paths' });
      return z.NEVER;
    }
  })
  .pipe(z.array(z.string().min(1)).min(1).max(1_024));

/** Keys that every service has; a service's schema extends this object. */
export const serviceConfig = z.object({
  /** Instance name, also of its lock, log and counters: `gateway-kucoin`. */
  service: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'letters, digits, dots and dashes'),
  /** Directory of locks and service files. */
  runDir: z.string().min(1),
  /** Directory of rings and counters, on tmpfs. */
  ringDir: z.string().min(1),
  /** Directory of what is kept: journals, store, ledger. */
  dataDir: z.string().min(1),
  /** Least level of what is logged. */
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Address of the operations door: /metrics, /livez, /readyz, /healthz. */
  opsHost: z.string().min(1).default('127.0.0.1'),
  /** Its port; a busy one moves to the next free one, 0 = any. */
  opsPort: environmentNumber.pipe(z.number().int().min(0).max(65_535)).default(0),
  /** Where spans go, such as `http://127.0.0.1:4318`; without it nothing is traced. */
  otlpUrl: z
    .string()
    .regex(/^https?:\/\/[^\s]+$/, 'an address such as http://127.0.0.1:4318')
    .optional(),
  /** One tick in so many is traced; 0 = none. */
  traceSampleEvery: environmentNumber
    .pipe(
      z
        .number()
        .int()
        .min(0)
        .max(2 ** 32 - 1),
    )
    .default(65_536),
  /** `required`: ends when the process that started it is gone. */
  parent: z.enum(['optional', 'required']).default('optional'),
});
export type ServiceConfig = z.infer<typeof serviceConfig>;

/** `natsUrl` → `TICKWIRE_NATS_URL`. */
export const environmentKey = (key: string): string =>
  PREFIX + key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/**
 * Reads the keys of `schema` from `TICKWIRE_*` variables: once, in `main`. Keys of other services
 * in the same environment are none of this one's business and are left alone.
 * @throws ConfigError that names every bad or missing variable with what was expected.
 */
export function loadConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<z.ZodObject<Shape>> {
  const raw: Record<string, string> = {};
  for (const key of Object.keys(schema.shape)) {
    const value = environment[environmentKey(key)];
    if (value !== undefined && value !== '') raw[key] = value;
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => {
      const key = environmentKey(String(issue.path[0] ?? ''));
      const given = raw[String(issue.path[0] ?? '')];
      const shown =
        given === undefined ? 'it is not set' : `got ${JSON.stringify(given.slice(0, 80))}`;
      return `${key}: ${issue.message} (${shown})`;
    }),
  );
}
