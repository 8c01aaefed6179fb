/**
 * What a client may say on the stream: one JSON object a message, version 1. Anything else is
 * answered with an error that names the field, and changes nothing.
 */
import { tickKindName, tickKindOf } from '@tickwire/wire-tick';
import { TickKind } from '@tickwire/wire-tick';
import { z } from 'zod';
import { ApiError } from '../errors.ts';

export const STREAM_VERSION = 1;
export const SYMBOLS_MAX = 1_000;
const TICK_INTERVAL_MS_MAX = 60_000;

const KIND_NAMES = Object.values(TickKind)
  .filter((kind) => kind !== TickKind.Pad)
  .map(tickKindName);

const id = z.string().regex(/^[\x21-\x7e]{1,64}$/, 'expected 1 to 64 visible ASCII characters');
const symbol = z.string().min(1).max(80);

export const subscribeMessage = z.strictObject({
  type: z.literal('subscribe'),
  version: z.literal(STREAM_VERSION).optional(),
  /** Chosen by the client; every message of the subscription carries it. */
  id,
  channel: z.enum(['ticks', 'bars', 'streams', 'services']),
  /** Only these; all when absent. */
  symbols: z.array(symbol).min(1).max(SYMBOLS_MAX).optional(),
  /** Channel `ticks`: kinds such as TRADE; absent: all but CLOCK, BAR_PRICE, BAR_VOLUME. */
  kinds: z.array(z.enum(KIND_NAMES)).min(1).max(KIND_NAMES.length).optional(),
  vendor: z.string().min(1).max(16).optional(),
  /**
   * Channel `ticks`: one message per interval at most, with the latest of each instrument and kind.
   * Channel `bars`: only bars of this length.
   */
  intervalMs: z.int().min(10).max(86_400_000).optional(),
});
export type SubscribeMessage = z.infer<typeof subscribeMessage>;

export const clientMessage = z.discriminatedUnion('type', [
  subscribeMessage,
  z.strictObject({ type: z.literal('unsubscribe'), id }),
  z.strictObject({ type: z.literal('ping'), id: id.optional() }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/**
 * Reads a message of a client.
 * @throws ApiError `BAD_REQUEST` with the field at fault.
 */
export function parseClientMessage(text: string): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError('BAD_REQUEST', 'not JSON');
  }
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__')) {
    throw new ApiError('BAD_REQUEST', 'unknown field', { field: '__proto__' });
  }
  const parsed = clientMessage.safeParse(value);
  if (!parsed.success) throw firstProblem(parsed.error);
  const message = parsed.data;
  if (message.type === 'subscribe') requireFitting(message);
  return message;
}

/** The first problem that zod found, as an answer. */
export function firstProblem(error: z.ZodError): ApiError {
  const issue = error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = [path, unknown].filter((part) => part !== undefined && part !== '').join('.');
  const message = unknown === undefined ? (issue?.message ?? 'not valid') : 'unknown field';
  const shown = field.slice(0, 80);
  return new ApiError('BAD_REQUEST', message.slice(0, 200), shown === '' ? {} : { field: shown });
}

/** Kinds as bits: `1 << TickKind`. */
export function kindMask(names: readonly string[]): number {
  return names.reduce((mask, name) => mask | (1 << (tickKindOf(name) ?? 0)), 0);
}

/** What a subscription to ticks gets when it names no kinds. */
export const DEFAULT_KINDS = kindMask(
  KIND_NAMES.filter((name) => !['CLOCK', 'BAR_PRICE', 'BAR_VOLUME'].includes(name)),
);

function requireFitting({ channel, symbols, kinds, vendor, intervalMs }: SubscribeMessage): void {
  const refuse = (field: string, given: unknown): void => {
    if (given === undefined) return;
    throw new ApiError('BAD_REQUEST', `not for the channel ${channel}`, { field });
  };
  if (channel !== 'ticks') refuse('kinds', kinds);
  if (channel === 'streams' || channel === 'services') refuse('intervalMs', intervalMs);
  if (channel === 'ticks' && intervalMs !== undefined && intervalMs > TICK_INTERVAL_MS_MAX) {
    const field = 'intervalMs';
    throw new ApiError('BAD_REQUEST', `at most ${TICK_INTERVAL_MS_MAX} for ticks`, { field });
  }
  if (channel !== 'services') return;
  refuse('symbols', symbols);
  refuse('vendor', vendor);
}
