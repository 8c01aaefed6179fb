// The command: reads a schema, makes its code, writes or compares it. `--help` says how.
import { readFileSync } from 'node:fs';
import { SchemaError, readSchema } from '@tickwire/io-sbe-schema';
import { USAGE, readCommandLine } from './command-line.ts';
import type { CommandLine } from './command-line.ts';
import { generate } from './emit/generate.ts';
import { OutputError, compareFolder, writeFolder } from './output-folder.ts';

const EXIT = { ok: 0, differs: 1, usage: 2, schema: 3, files: 4 } as const;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

function run({ schema: path, out, runtime, check }: CommandLine): number {
  const { schema, warnings } = readSchema(readFileSync(path, 'utf8'));
  for (const { line, path: element, detail } of warnings) {
    complain(`${path}:${line}: warning: ${element}: ${detail}`);
  }
  const files = generate(schema, { runtime });
  const differences = check ? compareFolder(out, files) : writeFolder(out, files);
  for (const { path: file, kind } of differences) {
    say(`${check ? kind : kind === 'stale' ? 'removed' : 'wrote'} ${out}/${file}`);
  }
  const what = `${schema.messages.length} messages, ${files.length} files`;
  if (!check) {
    say(`${what}, ${differences.length} written or removed`);
    return EXIT.ok;
  }
  say(differences.length === 0 ? `${what}, all the same` : `${what}, ${differences.length} differ`);
  return differences.length === 0 ? EXIT.ok : EXIT.differs;
}

function main(args: readonly string[]): number {
  const command = readCommandLine(args);
  if (command === 'help') {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  if (command instanceof Error) {
    complain(`${command.message}\n\n${USAGE}`);
    return EXIT.usage;
  }
  try {
    return run(command);
  } catch (error) {
    if (error instanceof SchemaError) {
      complain(`${command.schema}:${error.line}:${error.column}: ${error.code} ${error.message}`);
      if (error.hint !== undefined) complain(`  ${error.hint}`);
      return EXIT.schema;
    }
    const isOfFiles = error instanceof Error && (error instanceof OutputError || 'errno' in error);
    if (!isOfFiles) throw error;
    complain(error.message);
    return EXIT.files;
  }
}

process.exitCode = main(process.argv.slice(2));
