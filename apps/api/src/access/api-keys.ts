/**
 * The keys of the api: who has one may read everything. They are compared as SHA-256, all of them
 * in constant time, so that neither a key nor its length can be learned from the time it takes.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ApiStartError } from '../errors.ts';

/** Longer ones are refused before they are hashed. */
const KEY_CHARS_MAX = 256;
const KEY_BYTES = 32;
const OTHERS = 0o077;

const keyFile = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        /** Names the key in logs, limits and sessions; not secret. */
        id: z.string().regex(/^[a-z0-9-]{1,32}$/),
        key: z.string().regex(/^[\x21-\x7e]{16,256}$/),
        notBefore: z.iso.datetime().optional(),
        expiresAt: z.iso.datetime().optional(),
      }),
    )
    .min(1)
    .max(1_000),
});

interface KeyRecord {
  readonly id: string;
  readonly hash: Buffer;
  /** For signing sessions; another one per key. */
  readonly sessionSecret: Buffer;
  readonly fromMs: number;
  readonly toMs: number;
}

export class ApiKeys {
  #records: readonly KeyRecord[];

  constructor(keys: z.infer<typeof keyFile>['keys']) {
    this.#records = keys.map(toRecord);
  }

  /** Takes other keys: those that are gone open nothing any more, sessions of theirs included. */
  replace(keys: z.infer<typeof keyFile>['keys']): void {
    this.#records = keys.map(toRecord);
  }

  /** Id of the key that `text` is; `undefined` when it is none, or not now. */
  verify(text: string, nowMs: number): string | undefined {
    if (text.length > KEY_CHARS_MAX) return undefined;
    const hash = sha256(text);
    let found: KeyRecord | undefined;
    for (const record of this.#records) {
      if (timingSafeEqual(hash, record.hash)) found = record; // no early end
    }
    return found !== undefined && isValid(found, nowMs) ? found.id : undefined;
  }

  /** What signs the sessions of a key; `undefined` when the key is gone or not valid now. */
  sessionSecret(id: string, nowMs: number): Buffer | undefined {
    const record = this.#records.find((candidate) => candidate.id === id);
    return record !== undefined && isValid(record, nowMs) ? record.sessionSecret : undefined;
  }
}

/**
 * Reads the file of keys, made with one random key (0600) when there is none.
 * @throws ApiStartError `BAD_KEY_FILE` when it is not ours alone or not of its form.
 */
export function loadKeyFile(path: string): z.infer<typeof keyFile>['keys'] {
  createOnce(path);
  let text: string;
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const stats = fstatSync(fd);
      const isOurs = stats.isFile() && stats.uid === process.geteuid?.();
      if (!isOurs || (stats.mode & OTHERS) !== 0) throw bad(path, 'is not readable by us alone');
      text = readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    if (cause instanceof ApiStartError) throw cause;
    throw bad(path, 'cannot be read', cause);
  }
  return parseKeys(path, text);
}

/** Keys of the configuration, without a file. */
export const namedKeys = (keys: readonly string[]): { id: string; key: string }[] =>
  keys.map((key, at) => ({ id: `key-${at + 1}`, key }));

/** Whole or not at all: a kill in between must not leave an empty file of keys. */
function createOnce(path: string): void {
  if (existsSync(path)) return;
  const keys = [{ id: 'local', key: randomBytes(KEY_BYTES).toString('base64url') }];
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    rmSync(`${path}.new`, { force: true });
    writeFileSync(`${path}.new`, `${JSON.stringify({ keys }, null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    renameSync(`${path}.new`, path);
  } catch (cause) {
    throw bad(path, 'cannot be made', cause);
  }
}

function parseKeys(path: string, text: string): z.infer<typeof keyFile>['keys'] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad(path, 'is not JSON'); // not the parser's words: they quote the content
  }
  const parsed = keyFile.safeParse(value);
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.join('.') ?? '';
    throw bad(path, `is not a list of keys (at ${at === '' ? 'the top' : at})`);
  }
  return parsed.data.keys;
}

function toRecord(key: z.infer<typeof keyFile>['keys'][number]): KeyRecord {
  return {
    id: key.id,
    hash: sha256(key.key),
    sessionSecret: sha256(`tickwire session ${key.key}`),
    fromMs: key.notBefore === undefined ? -Infinity : Date.parse(key.notBefore),
    toMs: key.expiresAt === undefined ? Infinity : Date.parse(key.expiresAt),
  };
}

const isValid = (record: KeyRecord, nowMs: number): boolean =>
  nowMs >= record.fromMs && nowMs < record.toMs;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

function bad(path: string, what: string, cause?: unknown): ApiStartError {
  return new ApiStartError('BAD_KEY_FILE', `the file of keys ${path} ${what}`, {
    cause,
    hint: 'chmod 600 it, or remove it: the next start makes one with a new key',
  });
}
