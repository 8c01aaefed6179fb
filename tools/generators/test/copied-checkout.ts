/** A copy of this checkout, as a clone would be, in which a generator may write. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { repositoryRoot, temporaryDirectory } from '@tickwire/testing';
import { linkModules } from '../../process/link-modules.ts';
import { runChild } from '../../process/run-child.ts';
import { NX_ENVIRONMENT } from '../../test/steps.ts';

const COMMAND_MS_MAX = 300_000;

export class CopiedCheckout {
  readonly root: string;

  constructor() {
    const repository = repositoryRoot();
    this.root = temporaryDirectory({ name: 'checkout' });
    for (const path of filesOf(repository)) {
      const target = join(this.root, path);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(repository, path), target);
    }
    linkModules(repository, this.root);
  }

  /**
   * Runs a tool of node_modules/.bin, or a program.
   *
   * @throws Error with all that it said when it fails.
   */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    const path = `${join(this.root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`;
    const { ok, output } = await runChild({
      ...{ command, args, cwd: this.root, show: false, limitMs: COMMAND_MS_MAX },
      env: { ...withoutVitest(process.env), ...NX_ENVIRONMENT, PATH: path, NO_COLOR: '1' },
    });
    if (ok) return output;
    throw new Error(`${[command, ...args].join(' ')} failed:\n${output.slice(-20_000)}`);
  }
}

/** Files of the checkout as it stands, new ones included, without what is ignored. */
function filesOf(repository: string): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { status, stdout, stderr } = spawnSync('git', list, {
    ...{ cwd: repository, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  });
  if (status !== 0) throw new Error(`git ls-files failed: ${stderr}`);
  return stdout.split('\0').filter((path) => path !== '' && existsSync(join(repository, path)));
}

/** Another test run inside of one is not one of its workers. */
function withoutVitest(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$)/.test(name)),
  );
}
