import { TickKind, tickKindOf } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import type { DirectoryEntry } from '@tickwire/core';
import { CliError } from '../errors.ts';

export interface TickFilterOptions {
  readonly vendors: readonly string[];
  readonly symbols: readonly string[];
  readonly kinds: readonly string[];
}

/** Says which ticks are wanted. Heartbeats (CLOCK) are shown only when asked for by kind. */
export class TickFilter {
  readonly #vendors: ReadonlySet<string>;
  readonly #symbols: ReadonlySet<string>;
  readonly #kinds: ReadonlySet<number>;

  /** @throws CliError `USAGE` for a kind that does not exist. */
  constructor(options: TickFilterOptions) {
    this.#vendors = new Set(options.vendors.map((vendor) => vendor.toLowerCase()));
    this.#symbols = new Set(options.symbols.map((symbol) => symbol.toUpperCase()));
    this.#kinds = new Set(options.kinds.map(kindOf));
  }

  wantsVendor(vendor: string): boolean {
    return this.#vendors.size === 0 || this.#vendors.has(vendor.toLowerCase());
  }

  /** @param entry - The tick's directory entry; absent for ticks about a whole ring. */
  wants(tick: TickView, entry: DirectoryEntry | undefined): boolean {
    if (this.#kinds.size > 0 ? !this.#kinds.has(tick.kind) : tick.kind === TickKind.Clock) {
      return false;
    }
    if (this.#symbols.size === 0) return true;
    return entry !== undefined && this.#symbols.has(entry.symbol.toUpperCase());
  }
}

function kindOf(name: string): number {
  const kind = tickKindOf(name);
  if (kind !== undefined) return kind;
  const known = Object.keys(TickKind)
    .map((key) => key.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase())
    .join(', ');
  throw new CliError('USAGE', `there is no tick kind ${name}`, { hint: `Use one of: ${known}` });
}
