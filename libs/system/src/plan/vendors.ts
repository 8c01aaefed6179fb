/** The vendors this version can run: one file of `vendors/` each, and nothing else to change. */
import { cmeVendor } from './vendors/cme.ts';
import { databentoVendor } from './vendors/databento.ts';
import { kucoinVendor } from './vendors/kucoin.ts';
import type { Vendor } from './vendors/vendor.ts';

export type { FeedKey, Vendor } from './vendors/vendor.ts';

const vendors: readonly Vendor[] = [cmeVendor, databentoVendor, kucoinVendor];

export function findVendor(name: string): Vendor | undefined {
  return vendors.find((vendor) => vendor.name === name);
}

export function vendorNames(): string[] {
  return vendors.map((vendor) => vendor.name);
}

/** Variables of all vendors' gateways. */
export const VENDOR_VARIABLES: readonly string[] = vendors.flatMap(({ variables }) => variables);

export const gatewayName = (vendor: string): string => `gateway-${vendor}`;
export const simulatorName = (vendor: string): string => `sim-${vendor}`;
