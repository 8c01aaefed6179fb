/** The vendors this version can run: one entry per vendor, and nothing else to change. */
import type { ReadyInfo } from '../supervise/service-spec.ts';
import type { UpOptions } from '../config/up-options.ts';

export interface Vendor {
  readonly name: string;
  readonly gatewayApp: string;
  readonly simulatorApp: string;
  /** Rings its gateway writes. */
  readonly rings: readonly string[];
  /** What the demo shows when no symbols are asked for. */
  readonly demoSymbols: readonly string[];
  /** Keys of the gateway beyond those of every service. */
  gatewayEnvironment(options: UpOptions, ready: ReadyInfo): Record<string, string>;
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
  rings: ['kucoin.0'],
  demoSymbols: KUCOIN_DEMO_SYMBOLS,
  gatewayEnvironment(options, ready) {
    if (options.live) return {};
    const url = ready.get(simulatorName('kucoin'))?.restUrl;
    return {
      TICKWIRE_SIMULATED: '1',
      ...(typeof url === 'string' ? { TICKWIRE_KUCOIN_REST_URL: url } : {}),
    };
  },
};

const vendors: readonly Vendor[] = [kucoin];

export function findVendor(name: string): Vendor | undefined {
  return vendors.find((vendor) => vendor.name === name);
}

export function vendorNames(): string[] {
  return vendors.map((vendor) => vendor.name);
}

export const gatewayName = (vendor: string): string => `gateway-${vendor}`;
export const simulatorName = (vendor: string): string => `sim-${vendor}`;
