/** The vendors this version can run: one entry per vendor, and nothing else to change. */
import { SystemError } from '../errors.ts';

/** A key of an account, as a program gives it. */
export type FeedKey = string | Readonly<Record<string, string>>;

export interface Vendor {
  readonly name: string;
  readonly gatewayApp: string;
  readonly simulatorApp: string;
  /** Rings its gateway writes when its symbols are spread over so many. */
  rings(partitions: number): string[];
  /** What the demo shows when no symbols are asked for. */
  readonly demoSymbols: readonly string[];
  /** Keys that point its gateway at a simulator, by what that said of itself. */
  simulatedEnvironment(
    simulator: Readonly<Record<string, unknown>> | undefined,
  ): Record<string, string>;
  /**
   * Keys of an account for its gateway.
   * @throws SystemError `USAGE` when the key has not the vendor's form.
   */
  keyEnvironment(key: FeedKey): Record<string, string>;
}

const KUCOIN_DEMO_SYMBOLS = [
  'BTC-USDT',
  'ETH-USDT',
  'SOL-USDT',
  'XRP-USDT',
  'DOGE-USDT',
  'ETH-BTC',
  'KCS-USDT',
] as const;

const kucoin: Vendor = {
  name: 'kucoin',
  gatewayApp: 'gateway-kucoin',
  simulatorApp: 'sim-kucoin',
  rings: (partitions) => Array.from({ length: partitions }, (_, at) => `kucoin.${at}`),
  demoSymbols: KUCOIN_DEMO_SYMBOLS,
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

const vendors: readonly Vendor[] = [kucoin];

export function findVendor(name: string): Vendor | undefined {
  return vendors.find((vendor) => vendor.name === name);
}

export function vendorNames(): string[] {
  return vendors.map((vendor) => vendor.name);
}

export const gatewayName = (vendor: string): string => `gateway-${vendor}`;
export const simulatorName = (vendor: string): string => `sim-${vendor}`;
