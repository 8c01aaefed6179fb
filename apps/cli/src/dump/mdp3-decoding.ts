/** How messages of MDP 3.0 are decoded: by generated code, or by a schema of the user. */
import { readFile } from 'node:fs/promises';
import { SchemaError, readSchema } from '@tickwire/io-sbe-schema';
import type { DescribeMessage } from '@tickwire/wire-mdp3';
import { SCHEMA_ID, createRegistry } from '@tickwire/wire-mdp3/messages';
import { decodeMessage } from '@tickwire/wire-sbe';
import { CliError } from '../errors.ts';

export interface Mdp3Decoding {
  readonly schemaId: number;
  readonly describe: DescribeMessage;
}

/** Every version that the generated code knows. */
export function generatedDecoding(): Mdp3Decoding {
  const registry = createRegistry();
  return {
    schemaId: SCHEMA_ID,
    describe: (view, offset, end) => registry.toJson(view, offset, end),
  };
}

/**
 * What the schema in an XML file says, looked up message by message.
 *
 * @param note - Told of what in the file has no meaning.
 * @throws CliError `USAGE` when the file is no schema that can be used.
 */
export async function schemaDecoding(
  path: string,
  note: (line: string) => void,
): Promise<Mdp3Decoding> {
  const { schema, warnings } = readXml(path, await readText(path));
  for (const { line, detail } of warnings) note(`${path}:${line}: ${detail}`);
  return {
    schemaId: schema.id,
    describe: (view, offset, end) => decodeMessage(schema, view, { offset, end }),
  };
}

function readXml(path: string, xml: string): ReturnType<typeof readSchema> {
  try {
    return readSchema(xml);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const { line, column, code, message, hint } = error;
    throw new CliError('USAGE', `${path}:${line}:${column}: ${code}: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new CliError('USAGE', `the schema ${path} cannot be read (${code})`, {
      hint: 'Check the path and its permissions',
      cause,
    });
  }
}
