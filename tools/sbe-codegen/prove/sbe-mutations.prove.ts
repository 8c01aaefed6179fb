/**
 * Mutated schemas at length: values, attributes and elements of good schemas exchanged, removed and
 * doubled, and raw damage to the XML. What must hold of each: it is refused with a typed error, or
 * it gives a codec that works: random and damaged messages decode to values or to a typed error,
 * nothing outside of the message is read, no schema takes longer than the bound. Of a sample the
 * generated code is loaded, and says the same as the table in both directions.
 *
 *   npm run prove -- sbe-mutations [--schemas N] [--sample N]     seed: TICKWIRE_SEED
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SchemaError, readSchema } from '@tickwire/io-sbe-schema';
import { capturedData, temporaryDirectory, testSeed } from '@tickwire/testing';
import { SbeError, decodeMessage, encodeMessage } from '@tickwire/wire-sbe';
import type { Message, Schema } from '@tickwire/wire-sbe';
import { generate } from '../emit/generate.ts';
import { codeName } from '../emit/member-names.ts';
import { encodeGenerated } from '../test/drive-encoder.ts';
import { FEATURES, featureXml } from '../test/fixtures.ts';
import { encoderOf, loadGenerated } from '../test/generated-code.ts';
import { guarded } from '../test/guarded-view.ts';
import { MutableSchema } from '../test/mutate-schema.ts';
import { RandomBytes, RandomJson } from '../test/random-messages.ts';
import { RandomSource } from '../test/random-source.ts';

const SCHEMA_MS_MAX = 5_000;
const MESSAGES_PER_SCHEMA = 4;
const CAPTURED_SHARE = 0.005;

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(name);
  return at > 0 ? Number(process.argv[at + 1]) : fallback;
}

const schemas = option('--schemas', 100_000);
const sample = option('--sample', 150);
const seed = testSeed();
const random = new RandomSource(seed);
const folder = temporaryDirectory({ name: 'sbe-mutations' });

const features = FEATURES.map((name) => new MutableSchema(featureXml(name)));
const data = capturedData('mutations of the captured schemas', 'cme/schema');
const captured =
  data === undefined
    ? []
    : readdirSync(data)
        .filter((name) => name.endsWith('.xml'))
        .map((name) => new MutableSchema(readFileSync(join(data, name), 'utf8')));

const refused = new Map<string, number>();
const outcomes = { working: 0, values: 0, errors: 0, loaded: 0, roundTrips: 0 };
let slowest = { ms: 0, what: '' };
const failures: string[] = [];

function fail(what: string, xml: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  failures.push(what);
  process.stderr.write(`FAILED: ${what}\n${text}\n`);
  if (failures.length === 1) process.stderr.write(`${xml}\n`);
}

/** Values, or the code and field of a typed error; anything else goes up. */
function outcome(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof SbeError)) throw error;
    return new Map([[error.code, error.field]]);
  }
}

/** A message of any version of the sender, half of them damaged. */
function anyMessage(schema: Schema, message: Message): Uint8Array {
  const version = random.below(schema.version + 2) % 256;
  const sender = { version, more: random.below(9) };
  const bytes = new RandomBytes(random, schema, sender).message(message);
  if (bytes.length === 0 || random.chance(0.5)) return bytes;
  for (let changes = random.below(4); changes >= 0; changes -= 1) {
    bytes[random.below(bytes.length)] = random.byte();
  }
  return bytes.subarray(0, bytes.length - (random.chance(0.3) ? random.below(bytes.length) : 0));
}

function tableOutcome(schema: Schema, bytes: Uint8Array): unknown {
  const { view, offset, end } = guarded(bytes);
  const seen = outcome(() => decodeMessage(schema, view, { offset, end }));
  if (seen instanceof Map) outcomes.errors += 1;
  else outcomes.values += 1;
  return seen;
}

function tryTable(schema: Schema): void {
  if (schema.messages.length === 0) return;
  for (let count = 0; count < MESSAGES_PER_SCHEMA; count += 1) {
    tableOutcome(schema, anyMessage(schema, random.pick(schema.messages)));
  }
}

async function tryGenerated(schema: Schema, number: number): Promise<void> {
  const module = await loadGenerated(schema, join(folder, String(number)));
  const registry = module.createRegistry();
  outcomes.loaded += 1;
  for (const message of schema.messages) {
    for (let count = 0; count < MESSAGES_PER_SCHEMA; count += 1) {
      const bytes = anyMessage(schema, message);
      const { view, offset, end } = guarded(bytes);
      const table = tableOutcome(schema, bytes);
      const code = outcome(() => registry.toJson(view, offset, end));
      if (!isDeepStrictEqual(code, table)) {
        throw new Error(`${message.name}: ${JSON.stringify([code, table])} of ${hex(bytes)}`);
      }
    }
    const json = new RandomJson(random).message(schema, message);
    const written = outcome(() => encodeMessage(schema, json));
    if (written instanceof Map) continue;
    const encoder = encoderOf(module, codeName(message.name));
    const same = encodeGenerated(encoder, { message, json });
    if (!isDeepStrictEqual(hex(same), hex(written as Uint8Array))) {
      throw new Error(`${message.name}: encoders differ on ${JSON.stringify(json)}`);
    }
    outcomes.roundTrips += 1;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function read(xml: string): Schema | undefined {
  try {
    return readSchema(xml).schema;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    if (!Number.isInteger(error.line) || error.hint === undefined) throw error;
    refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
    return undefined;
  }
}

process.stdout.write(`${schemas} schemas, seed ${seed}\n`);
const startMs = performance.now();
const loadEvery = Math.max(1, Math.floor(schemas / 3 / sample));
for (let number = 0; number < schemas; number += 1) {
  const isCaptured = captured.length > 0 && random.chance(CAPTURED_SHARE);
  const xml = random.pick(isCaptured ? captured : features).mutate(random);
  const what = `schema ${number} of seed ${seed}`;
  const beganMs = performance.now();
  try {
    const schema = read(xml);
    if (schema !== undefined) {
      outcomes.working += 1;
      generate(schema, { runtime: 'runtime' });
      tryTable(schema);
      if (outcomes.working % loadEvery === 0) await tryGenerated(schema, number);
    }
  } catch (error) {
    fail(what, xml, error);
  }
  const ms = performance.now() - beganMs;
  if (ms > slowest.ms) slowest = { ms, what: `${what}, ${xml.length} characters` };
  if (ms > SCHEMA_MS_MAX) fail(`${what} took ${ms.toFixed(0)} ms`, xml, 'too slow');
  if (failures.length >= 10) break;
}

const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
const codes = [...refused].sort(([a], [b]) => (a < b ? -1 : 1));
process.stdout.write(
  [
    `refused: ${codes.map(([code, count]) => `${code} ${count}`).join(', ')}`,
    `working: ${outcomes.working}`,
    `messages: ${outcomes.values} to values, ${outcomes.errors} to typed errors`,
    `generated code loaded: ${outcomes.loaded}`,
    `messages written by both encoders: ${outcomes.roundTrips}`,
    `slowest: ${slowest.ms.toFixed(0)} ms, ${slowest.what}`,
    `${failures.length} failures in ${seconds} s`,
    '',
  ].join('\n'),
);
process.exitCode = failures.length === 0 && outcomes.working > 0 ? 0 : 1;
