/** Subscriptions as clients ask for them: one line each, or several of up to 500 symbols. */
import { SCHEMA_NAMES, STYPE_NAMES } from '@tickwire/wire-dbn';
import type { ControlFields } from './control-line.ts';

export interface Subscription {
  /** `SCHEMA_NAMES`. */
  readonly schema: number;
  /** `STYPE_NAMES`. */
  readonly stypeIn: number;
  readonly symbols: readonly string[];
  /** ns since the Unix epoch from which records are wanted; 0 is all there are; none is now. */
  readonly startNs: bigint | undefined;
  /** Whether the orders that rest now come first. Of mbo alone. */
  readonly isSnapshot: boolean;
  /** The client's own number for it. */
  readonly id: number | undefined;
}

/** Symbols of one line. */
export const SYMBOLS_MAX = 500;
export const ALL_SYMBOLS = 'ALL_SYMBOLS';
const U32_MAX = 0xffff_ffff;
/** A day, or a time to the second with what there is of a fraction; UTC unless it says another. */
const ISO_TIME =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?)?$/;

/** A line of a subscription that cannot be taken: why, in the gateway's words. */
export class BadSubscription extends Error {}

/** One line; `isLast` says whether the subscription ends with it. */
export interface SubscriptionLine {
  readonly subscription: Subscription;
  readonly isLast: boolean;
}

/** @throws BadSubscription */
export function subscriptionLine(fields: ControlFields): SubscriptionLine {
  const schema = codeOf(fields, 'schema', SCHEMA_NAMES);
  const startNs = startOf(fields.get('start'));
  const isSnapshot = flagOf(fields, 'snapshot', false);
  if (isSnapshot && SCHEMA_NAMES[schema] !== 'mbo') {
    throw new BadSubscription('snapshot is only there for schema mbo');
  }
  if (isSnapshot && startNs !== undefined) {
    throw new BadSubscription('snapshot and start cannot be asked for together');
  }
  const subscription: Subscription = {
    schema,
    stypeIn: codeOf(fields, 'stype_in', STYPE_NAMES, 'raw_symbol'),
    symbols: symbolsOf(fields.get('symbols') ?? ''),
    startNs,
    isSnapshot,
    id: idOf(fields.get('id')),
  };
  return { subscription, isLast: flagOf(fields, 'is_last', true) };
}

/** The first lines of a subscription and one more of it, as one. */
export function joined(first: Subscription, { symbols }: Subscription): Subscription {
  return { ...first, symbols: [...first.symbols, ...symbols] };
}

/** Whether two lines may be of one subscription. */
export function isSame(one: Subscription, other: Subscription): boolean {
  return (
    one.schema === other.schema &&
    one.stypeIn === other.stypeIn &&
    one.startNs === other.startNs &&
    one.isSnapshot === other.isSnapshot &&
    one.id === other.id
  );
}

function codeOf(
  fields: ControlFields,
  key: string,
  ...[names, byDefault]: [names: readonly string[], byDefault?: string]
): number {
  const name = fields.get(key) ?? byDefault;
  if (name === undefined) throw new BadSubscription(`${key} is missing`);
  const code = names.indexOf(name);
  if (code < 0) throw new BadSubscription(`${key}: there is no ${shown(name)}`);
  return code;
}

function symbolsOf(text: string): string[] {
  const symbols = text.split(',').filter((symbol) => symbol !== '');
  if (symbols.length === 0) throw new BadSubscription('symbols: none is named');
  if (symbols.length > SYMBOLS_MAX) {
    throw new BadSubscription(`symbols: ${symbols.length} in one line, at most ${SYMBOLS_MAX}`);
  }
  return symbols;
}

function startOf(text: string | undefined): bigint | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  const [, day, time = '00:00', fraction = '', zone = 'Z'] = ISO_TIME.exec(text) ?? [];
  const atMs = day === undefined ? NaN : Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(atMs)) {
    const detail = `${shown(text)} is no time: use ns since the Unix epoch or ISO 8601`;
    throw new BadSubscription(`start: ${detail}`);
  }
  return BigInt(atMs) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function flagOf(fields: ControlFields, key: string, byDefault: boolean): boolean {
  const text = fields.get(key);
  if (text === undefined) return byDefault;
  if (text !== '0' && text !== '1') throw new BadSubscription(`${key}: expected 0 or 1`);
  return text === '1';
}

function idOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const id = /^\d{1,10}$/.test(text) ? Number(text) : Infinity;
  if (id > U32_MAX) throw new BadSubscription(`id: ${shown(text)} is not 0 … ${U32_MAX}`);
  return id;
}

/** A client's text within one of ours. */
export function shown(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]|\|/g, '?');
  return `"${plain.length > 40 ? `${plain.slice(0, 40)}...` : plain}"`;
}
