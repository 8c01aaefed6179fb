// Subscriptions as JSON: [{ "schema": "mbo", "stypeIn": "parent", "symbols": ["ES.FUT"] }, …].
import { SCHEMA_NAMES, STYPE_NAMES } from '@tickwire/wire-dbn';
import { z } from 'zod';

const SUBSCRIPTIONS_MAX = 1_000;

const subscription = z.strictObject({
  schema: z.enum(SCHEMA_NAMES),
  stypeIn: z.enum(STYPE_NAMES).default('raw_symbol'),
  symbols: z.array(z.string().min(1)).min(1),
  /** Of `mbo`: first the orders that rest. */
  snapshot: z.boolean().default(false),
});

export type ConfiguredSubscription = z.infer<typeof subscription>;

export const subscriptionList = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'expected a JSON array of subscriptions' });
      return z.NEVER;
    }
  })
  .pipe(z.array(subscription).min(1).max(SUBSCRIPTIONS_MAX));
