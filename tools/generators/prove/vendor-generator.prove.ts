/**
 * Two vendors of different names, one after the other in one copy of the checkout: each has to be
 * green, by everything that the project asks of code and of a gateway, within two minutes of the
 * command; then a system of both runs and accounts for every tick.
 *
 *   npm run prove -- vendor-generator
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CopiedCheckout } from '../test/copied-checkout.ts';
import { check, generate } from '../test/generated-vendor.ts';

const NAMES = ['acme', 'nordlicht7'];
const SECONDS_MAX = 120;

const checkout = new CopiedCheckout();
let failed = false;

function judge(line: string, held: boolean): void {
  process.stdout.write(`${held ? 'held' : 'FAILED'} ${line}\n`);
  failed ||= !held;
}

for (const name of NAMES) {
  const startMs = performance.now();
  await generate(checkout, name);
  await check(checkout, name);
  const seconds = (performance.now() - startMs) / 1_000;
  judge(`${name}: green ${seconds.toFixed(0)} s after the command`, seconds <= SECONDS_MAX);
}

const report = join(checkout.root, 'report.json');
const data = join(checkout.root, 'data');
const vendors = NAMES.join(',');
await checkout.run(
  ...(['node', 'apps/cli/src/main.ts', 'up', '--vendors', vendors, '--duration', '10'] as const),
  ...['--report', report, '--data-dir', data],
);
const { hops }: { hops: { name: string; in: number; balanced: boolean }[] } = JSON.parse(
  readFileSync(report, 'utf8'),
);
for (const name of NAMES) {
  const ticks = hops.find((hop) => hop.name === `${name}.normalise`)?.in ?? 0;
  judge(`${name}: ${ticks} ticks through the system`, ticks > 100);
}
judge('every hop balances', hops.length > 0 && hops.every(({ balanced }) => balanced));
process.exitCode = failed ? 1 : 0;
