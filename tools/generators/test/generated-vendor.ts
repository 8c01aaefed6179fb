/** What a generated vendor has to pass. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CopiedCheckout } from './copied-checkout.ts';

export const foldersOf = (name: string): string[] => [
  ...[`libs/venue/${name}`, `libs/sim/${name}`, `apps/sim-${name}`, `apps/gateway-${name}`],
];

export function generate(checkout: CopiedCheckout, name: string): Promise<string> {
  return checkout.run('nx', 'g', './tools/generators:vendor', name);
}

/** @throws Error with the words of whatever is not content. */
export async function check(checkout: CopiedCheckout, name: string): Promise<void> {
  const tests = [...foldersOf(name), 'libs/system/src/plan', 'tools/reference'];
  // The tests of a gateway mostly wait.
  const checks = [checkRules(checkout, name), checkout.run('vitest', 'run', ...tests)];
  const outcomes = await Promise.allSettled(checks);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function checkRules(checkout: CopiedCheckout, name: string): Promise<void> {
  const folders = foldersOf(name);
  const plan = 'libs/system/src/plan';
  await checkout.run('prettier', '--check', ...folders, plan);
  await checkout.run('node', 'tools/tidy/run.ts');
  const config = 'tsconfig.generated.json';
  const include = [...folders, plan].map((folder) => `${folder}/**/*.ts`);
  const settings = { extends: './tsconfig.base.json', include };
  writeFileSync(join(checkout.root, config), JSON.stringify(settings));
  await checkout.run('tsc', '-p', config, '--noEmit', '--pretty', 'false');
  await checkout.run(
    ...(['nx', 'run', 'tools:lint-all', '--output-style=static'] as const),
    `--folders=${folders.join(' ')}`,
  );
}
