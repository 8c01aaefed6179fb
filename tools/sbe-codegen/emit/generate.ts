import { fileStem } from '@tickwire/io-sbe-schema';
import type { Block, CompositeType, Message, Schema } from '@tickwire/wire-sbe';
import { emitEnum, emitSet } from './emit-choices.ts';
import { emitComposite } from './emit-composites.ts';
import { emitMessage } from './emit-message.ts';
import { codeName, typeClass } from './member-names.ts';
import { RUNTIME_TYPES, RUNTIME_VALUES } from './runtime-names.ts';
import { MARKER, importUsed, literal, quoted, wordsIn } from './source-text.ts';
import { hasVariableLength } from './wire-size.ts';

export interface GenerateOptions {
  /** What generated code imports the runtime from. */
  readonly runtime: string;
}

export interface GeneratedFile {
  /** Relative to the folder of the output. */
  readonly path: string;
  readonly text: string;
}

export const DEFAULT_RUNTIME = '@tickwire/wire-sbe';

/** What a file of generated code exports, and may be imported of by the others. */
interface Exported {
  readonly path: string;
  readonly values: readonly string[];
  /** Names that are values and types at once are among the values alone. */
  readonly body: string;
}

function exportedNames(body: string): string[] {
  const found = body.matchAll(/^export (?:class|const|function) ([\w$]+)/gm);
  return [...found].map((match) => match[1]!);
}

/** Names of a message and of all groups within it, as their classes have them. */
function blockNames(block: Block, name: string): string[] {
  const inner = block.groups.flatMap((group) =>
    blockNames(group, `${name}_${codeName(group.name)}`),
  );
  return [name, ...inner];
}

class Generator {
  readonly #schema: Schema;
  readonly #options: GenerateOptions;
  readonly #classes = new Map<string, string>();

  constructor(schema: Schema, options: GenerateOptions) {
    this.#schema = schema;
    this.#options = options;
    const taken = new Set(schema.messages.flatMap((item) => blockNames(item, codeName(item.name))));
    for (const type of schema.types) {
      let name = typeClass(type.name);
      while (taken.has(name)) name += '_';
      taken.add(name);
      this.#classes.set(type.name, name);
    }
  }

  readonly #classOf = (type: CompositeType): string => this.#classes.get(type.name)!;

  run(): GeneratedFile[] {
    const schema = this.#schema;
    const enums = schema.types.filter((type) => type.kind === 'enum').flatMap(emitEnum);
    const sets = schema.types.filter((type) => type.kind === 'set').flatMap(emitSet);
    const options = { schema, classOf: this.#classOf };
    const composites = schema.types
      .filter((type) => type.kind === 'composite')
      .filter((type) => !hasVariableLength(type))
      .flatMap((type) => emitComposite(type, options));
    const shared = [
      this.#exported('enums.ts', enums),
      this.#exported('sets.ts', sets),
      this.#exported('composites.ts', composites),
    ].filter((file) => file.body !== '');
    const stems = this.#stems();
    const messages = schema.messages.map((message) =>
      this.#exported(`messages/${stems.get(message)!}.ts`, emitMessage(message, options)),
    );
    const all = [...shared, ...messages];
    const files = all.map((file) => this.#file(file, shared));
    return [...files, this.#registry(all), this.#index(all)].sort((a, b) =>
      a.path < b.path ? -1 : 1,
    );
  }

  #exported(path: string, lines: readonly string[]): Exported {
    const body = lines.join('\n').trim();
    return { path, values: exportedNames(body), body };
  }

  /** File names differ on file systems that take capitals for the same, too. */
  #stems(): Map<Message, string> {
    const stems = new Map<Message, string>();
    const taken = new Set<string>();
    for (const message of this.#schema.messages) {
      const stem = fileStem(message.name);
      const own = taken.has(stem) ? `${stem}-${message.id}` : stem;
      taken.add(own);
      stems.set(message, own);
    }
    return stems;
  }

  #head(): string[] {
    const { package: name, id, version } = this.#schema;
    const label = name === '' ? '' : ` ${name.replaceAll(/[^\w.-]+/g, ' ')}`;
    return [MARKER, `// Schema${label}, id ${id}, version ${version}.`];
  }

  #file(file: Exported, shared: readonly Exported[]): GeneratedFile {
    const up = file.path.includes('/') ? '../' : './';
    const specifier = this.#options.runtime;
    const used = wordsIn(file.body);
    const imports = [
      ...importUsed(used, { specifier, names: RUNTIME_VALUES }),
      ...importUsed(used, { specifier, names: RUNTIME_TYPES, types: true }),
      ...shared
        .filter((other) => other !== file)
        .flatMap((other) => this.#importShared(file.body, other, up)),
    ];
    const text = [...this.#head(), ...imports, '', file.body, ''].join('\n');
    return { path: file.path, text };
  }

  /** Objects of enums are used as types only, those of sets not at all. */
  #importShared(body: string, other: Exported, up: string): string[] {
    const specifier = `${up}${other.path}`;
    const used = wordsIn(body);
    if (other.path === 'sets.ts') {
      const functions = other.values.filter((name) => name.startsWith('namesOf'));
      return importUsed(used, { specifier, names: functions });
    }
    if (other.path !== 'enums.ts') return importUsed(used, { specifier, names: other.values });
    const functions = other.values.filter((name) => name.startsWith('nameOf'));
    const objects = other.values.filter((name) => !name.startsWith('nameOf'));
    const parameters = [...body.matchAll(/\(value: ([\w$]+)/g)].map((match) => match[1]!);
    const types = new Set(parameters);
    return [
      ...importUsed(used, { specifier, names: functions }),
      ...importUsed(types, { specifier, names: objects, types: true }),
    ];
  }

  #registry(all: readonly Exported[]): GeneratedFile {
    const schema = this.#schema;
    const headerClass = `${this.#classOf(schema.header.type)}Decoder`;
    const entries = schema.messages.flatMap((message) => [
      '  {',
      `    templateId: ${message.id},`,
      `    name: ${quoted(message.name)},`,
      `    since: ${message.since},`,
      `    fields: ${literal(message.fields.map(({ name }) => name))},`,
      `    groups: ${literal(message.groups.map(({ name }) => name))},`,
      `    data: ${literal(message.data.map(({ name }) => name))},`,
      `    create: () => new ${codeName(message.name)}Decoder(),`,
      '  },',
    ]);
    const body = [
      `export const SCHEMA_ID = ${schema.id};`,
      `export const SCHEMA_VERSION = ${schema.version};`,
      '',
      '/** All messages of the schema, by their template ids. */',
      'export const MESSAGES: readonly MessageEntry[] = [',
      ...entries,
      '];',
      '',
      '/** A registry with decoders of its own: one for each place that reads. */',
      'export function createRegistry(): MessageRegistry {',
      '  return new MessageRegistry({',
      '    schemaId: SCHEMA_ID,',
      '    schemaVersion: SCHEMA_VERSION,',
      `    header: new ${headerClass}(),`,
      '    messages: MESSAGES,',
      '  });',
      '}',
    ].join('\n');
    const specifier = this.#options.runtime;
    const used = wordsIn(body);
    const imports = [
      ...importUsed(used, { specifier, names: ['MessageRegistry'] }),
      ...importUsed(used, { specifier, names: ['MessageEntry'], types: true }),
      ...all.flatMap((file) =>
        importUsed(used, { specifier: `./${file.path}`, names: [...file.values] }),
      ),
    ];
    return { path: 'registry.ts', text: [...this.#head(), ...imports, '', body, ''].join('\n') };
  }

  #index(all: readonly Exported[]): GeneratedFile {
    const registry = {
      path: 'registry.ts',
      values: ['MESSAGES', 'SCHEMA_ID', 'SCHEMA_VERSION', 'createRegistry'],
    };
    const lines = [...all, registry].flatMap((file) => [
      'export {',
      ...[...file.values].sort().map((name) => `  ${name},`),
      `} from ${quoted(`./${file.path}`)};`,
    ]);
    return { path: 'index.ts', text: [...this.#head(), ...lines, ''].join('\n') };
  }
}

/**
 * Makes the code of a schema: the same files, byte for byte, from the same schema.
 *
 * @returns the files by path: `index.ts`, `registry.ts`, `enums.ts`, `sets.ts`, `composites.ts`
 *   and one a message in `messages/`.
 */
export function generate(schema: Schema, options: GenerateOptions): GeneratedFile[] {
  return new Generator(schema, options).run();
}
