import type { Subscription } from '@tickwire/venue-databento';
import type { GatewayConfig } from './config.ts';
import type { ConfiguredSubscription } from './subscription-list.ts';

/** All of a dataset; alone, and as raw symbols. */
const ALL_SYMBOLS = 'ALL_SYMBOLS';

export type SubscriptionConfig = Pick<
  GatewayConfig,
  | 'symbols'
  | 'databentoSchemas'
  | 'databentoStypeIn'
  | 'databentoSubscriptions'
  | 'databentoSnapshot'
  | 'databentoDefinitions'
>;

/** What the session asks for, definitions first: a price means little before them. */
export function subscriptionsOf(config: SubscriptionConfig): Subscription[] {
  const wanted = config.databentoSubscriptions ?? ofSchemas(config);
  const isDefinition = ({ schema }: ConfiguredSubscription): boolean => schema === 'definition';
  const ordered = [
    ...wanted.filter(isDefinition),
    ...wanted.filter((subscription) => !isDefinition(subscription)),
  ];
  return ordered.map(({ snapshot, ...subscription }) => ({
    ...subscription,
    ...(snapshot ? { hasSnapshot: true } : {}),
    // They are said once a day: a session that resumes where it was would not hear them.
    ...(subscription.schema === 'definition' ? { from: config.databentoDefinitions } : {}),
  }));
}

function ofSchemas(config: SubscriptionConfig): ConfiguredSubscription[] {
  const { symbols, databentoSchemas, databentoStypeIn, databentoSnapshot } = config;
  const isAll = symbols.length === 0;
  return [...new Set(databentoSchemas)].map((schema) => ({
    schema,
    stypeIn: isAll ? 'raw_symbol' : databentoStypeIn,
    symbols: isAll ? [ALL_SYMBOLS] : [...new Set(symbols)],
    snapshot: schema === 'mbo' && databentoSnapshot,
  }));
}
