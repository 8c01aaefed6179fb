// Goal: a generated vendor compiles, keeps the rules of the project, runs and passes the
// conformance suite, without an edit. Method: the command itself, in a copy of this checkout.
// With two names, and within the two minutes: `npm run prove -- vendor-generator`.
import { expect, test } from 'vitest';
import { CopiedCheckout } from '../test/copied-checkout.ts';
import { check, generate } from '../test/generated-vendor.ts';

const ALL_OF_IT_MS = 420_000;

test('a vendor from the generator passes everything', { timeout: ALL_OF_IT_MS }, async () => {
  const checkout = new CopiedCheckout();
  const said = await generate(checkout, 'acme');
  expect(said).toContain('npm test -- apps/gateway-acme');
  await check(checkout, 'acme');
});
