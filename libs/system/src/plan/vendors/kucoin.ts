import { SystemError } from '../../errors.ts';
import type { Vendor } from './vendor.ts';

const KUCOIN_DEMO_SYMBOLS = [
  'BTC-USDT',
  'ETH-USDT',
  'SOL-USDT',
  'XRP-USDT',
  'DOGE-USDT',
  'ETH-BTC',
  'KCS-USDT',
] as const;

export const kucoinVendor: Vendor = {
  name: 'kucoin',
  gatewayApp: 'gateway-kucoin',
  simulatorApp: 'sim-kucoin',
  rings: (partitions) => Array.from({ length: partitions }, (_, at) => `kucoin.${at}`),
  demoSymbols: KUCOIN_DEMO_SYMBOLS,
  variables: [
    'TICKWIRE_KUCOIN_API_KEY',
    'TICKWIRE_KUCOIN_API_PASSPHRASE',
    'TICKWIRE_KUCOIN_API_SECRET',
    'TICKWIRE_KUCOIN_BOOK',
    'TICKWIRE_KUCOIN_QUOTES',
    'TICKWIRE_KUCOIN_REST_URL',
  ],
  simulatedEnvironment(simulator) {
    const url = simulator?.restUrl;
    return {
      TICKWIRE_SIMULATED: '1',
      ...(typeof url === 'string' ? { TICKWIRE_KUCOIN_REST_URL: url } : {}),
    };
  },
  keyEnvironment(key) {
    const { key: id, secret, passphrase } = typeof key === 'string' ? kucoinKeyOf(key) : key;
    if (!isText(id) || !isText(secret) || !isText(passphrase)) {
      throw new SystemError('USAGE', 'apiKey: KuCoin has key, secret and passphrase', {
        hint: "Give { key, secret, passphrase } or 'key:secret:passphrase'; public data need none",
      });
    }
    return {
      TICKWIRE_KUCOIN_API_KEY: id,
      TICKWIRE_KUCOIN_API_SECRET: secret,
      TICKWIRE_KUCOIN_API_PASSPHRASE: passphrase,
    };
  },
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** `key:secret:passphrase`; only the last may have colons of its own. */
function kucoinKeyOf(text: string): Record<string, string> {
  const [key, secret, ...rest] = text.split(':');
  if (key === undefined || secret === undefined || rest.length === 0) return {};
  return { key, secret, passphrase: rest.join(':') };
}
