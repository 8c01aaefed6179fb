import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot, runToEnd } from '@tickwire/testing';
import type { MessageEncoder, MessageRegistry, Schema } from '@tickwire/wire-sbe';
import { generate } from '../emit/generate.ts';
import { writeFolder } from '../output-folder.ts';

const RUNTIME = join(repositoryRoot(), 'libs/wire/sbe/src/index.ts');

/** What a generated `index.ts` exports, as far as a test can know it beforehand. */
export interface GeneratedModule {
  readonly createRegistry: () => MessageRegistry;
  readonly [name: string]: unknown;
}

export async function loadGenerated(schema: Schema, folder: string): Promise<GeneratedModule> {
  writeFolder(folder, generate(schema, { runtime: RUNTIME }));
  const url = pathToFileURL(join(folder, 'index.ts')).href;
  return (await import(/* @vite-ignore */ url)) as GeneratedModule;
}

/** An encoder or another class of the module, by the name of its message. */
export function encoderOf(module: GeneratedModule, className: string): MessageEncoder {
  const made = module[`${className}Encoder`] as new () => MessageEncoder;
  return new made();
}

/** @returns what the compiler complains about, under the project's own strict settings. */
export async function compileStrictly(folder: string): Promise<string> {
  const root = repositoryRoot();
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      typeRoots: [join(root, 'node_modules/@types')],
      noUnusedLocals: true,
      noUnusedParameters: true,
      skipLibCheck: true,
    },
    include: ['**/*.ts'],
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiled = await runToEnd({
    script: join(root, 'node_modules/typescript/bin/tsc'),
    args: ['-p', folder],
  });
  return compiled.code === 0 ? '' : `${compiled.stdout}${compiled.stderr}`;
}
