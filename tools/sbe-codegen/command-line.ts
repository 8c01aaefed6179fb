import { parseArgs } from 'node:util';
import { DEFAULT_RUNTIME } from './emit/generate.ts';

export const USAGE = `Makes TypeScript encoders and decoders from an SBE message schema.

  node tools/sbe-codegen/main.ts --schema FILE --out DIR [--runtime SPECIFIER] [--check]

  --schema FILE        the schema, XML of SBE 1.0
  --out DIR            the folder of the generated files; made when it is missing
  --runtime SPECIFIER  what generated code imports its runtime from
                       (default ${DEFAULT_RUNTIME})
  --check              write nothing; say whether DIR is what would be generated
  --help               this text

Exit codes: 0 written, or the same; 1 --check found a difference; 2 the command line is wrong;
3 the schema cannot be used; 4 a file could not be read or written.
`;

export interface CommandLine {
  readonly schema: string;
  readonly out: string;
  readonly runtime: string;
  readonly check: boolean;
}

/** @returns what is to be done, `help`, or what is wrong with the arguments. */
export function readCommandLine(args: readonly string[]): CommandLine | 'help' | Error {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        schema: { type: 'string' },
        out: { type: 'string' },
        runtime: { type: 'string', default: DEFAULT_RUNTIME },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  if (values.help) return 'help';
  const { schema, out, runtime, check } = values;
  if (schema === undefined || schema === '') return new Error('--schema FILE is missing');
  if (out === undefined || out === '') return new Error('--out DIR is missing');
  if (runtime === '') return new Error('--runtime is empty');
  return { schema, out, runtime, check };
}
