import {
  configJsonSchema,
  configTable,
  maskedValue,
  requireNoProblems,
  resolveUpConfig,
  shownValue,
  variableOf,
} from '@tickwire/system';
import type { ResolvedConfig } from '@tickwire/system';
import type { Command } from 'commander';
import { paintFor } from '../colour.ts';
import type { CliContext } from '../program.ts';
import { renderColumns } from '../text-columns.ts';

const EXAMPLES = `
Examples:
  tickwire config                               every value, and where it comes from
  tickwire config --config my.json --check      only say whether it is right
  tickwire config --json-schema > schema.json   for completion in an editor

Options of \`tickwire up\` win over variables, variables over the file, the file over the preset.
Exit code 2 when something is wrong; every mistake is named.`;

interface ConfigFlags {
  config?: string;
  preset?: string;
  check?: boolean;
  json?: boolean;
  jsonSchema?: boolean;
  table?: boolean;
}

/** Registers `tickwire config`. */
export function registerConfig(program: Command, context: CliContext): void {
  program
    .command('config')
    .description('show the configuration, or check one')
    .option('--config <file>', 'the file, as for `tickwire up`')
    .option('--preset <name>', 'with the values of that preset')
    .option('--check', 'only check it')
    .option('--json', 'as one JSON object')
    .option('--json-schema', 'the JSON schema of the file')
    .option('--table', 'the reference of all keys, in Markdown')
    .addHelpText('after', EXAMPLES)
    .action((flags: ConfigFlags) => showConfig(flags, context));
}

function showConfig(flags: ConfigFlags, { terminal, env }: CliContext): void {
  if (flags.jsonSchema === true) {
    terminal.out(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
    return;
  }
  if (flags.table === true) {
    terminal.out(`${configTable()}\n`);
    return;
  }
  const { config: file, preset } = flags;
  const config = resolveUpConfig(
    {
      ...(file === undefined ? {} : { config: file }),
      ...(preset === undefined ? {} : { preset }),
    },
    env,
  );
  requireNoProblems(config.problems);
  if (flags.check === true) terminal.out('The configuration is right.\n');
  else if (flags.json === true) terminal.out(`${JSON.stringify(asJson(config))}\n`);
  else terminal.out(`${asTable(config, paintFor(terminal.hasColour).dim).join('\n')}\n`);
}

function asJson({ values }: ResolvedConfig): object {
  return Object.fromEntries(
    [...values].map(([path, { value, origin, from }]) => [
      path,
      { value: maskedValue(value) ?? null, origin, from, variable: variableOf(path) },
    ]),
  );
}

function asTable({ values }: ResolvedConfig, dim: (text: string) => string): string[] {
  return renderColumns(
    [{ title: 'KEY', widthMin: 28 }, { title: 'VALUE', widthMin: 20 }, { title: 'FROM' }],
    [...values].map(([path, { value, origin, from }]) => [
      path,
      value === undefined ? dim('–') : shownValue(value),
      origin === 'default' ? dim(from) : `${origin === 'preset' ? 'preset ' : ''}${from}`,
    ]),
    dim,
  );
}
