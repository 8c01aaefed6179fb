/** Handlers by the kind byte of a tick. */
import { TickKind, tickKindName } from '@tickwire/wire-tick';
import { ConsumerError } from './errors.ts';
import type { ConsumerHandlers, KindHandlers, TickHandler } from './handlers.ts';

const KINDS = 256;

const KIND_OF: Readonly<Record<Exclude<keyof KindHandlers, 'other'>, TickKind>> = {
  trade: TickKind.Trade,
  quote: TickKind.Quote,
  quoteExt: TickKind.QuoteExt,
  level: TickKind.Level,
  order: TickKind.Order,
  clear: TickKind.Clear,
  mark: TickKind.Mark,
  stat: TickKind.Stat,
  status: TickKind.Status,
  imbalance: TickKind.Imbalance,
  barPrice: TickKind.BarPrice,
  barVolume: TickKind.BarVolume,
  stream: TickKind.Stream,
  clock: TickKind.Clock,
};
/** Handlers that take no ticks. */
const ASIDE = new Set<string>(['gap', 'pressure']);
const NAMES = new Set<string>([...Object.keys(KIND_OF), 'other', 'batch', 'gap', 'pressure']);

export interface HandlerTable {
  /** 256 places; `undefined`: nobody wants that kind. */
  readonly byKind: readonly (TickHandler | undefined)[];
  /** 1 for each kind that goes on; a batch handler gets every kind. */
  readonly wanted: Uint8Array;
  readonly isBatching: boolean;
}

/** @throws ConsumerError `BAD_OPTION`. */
export function handlerTable(
  handlers: ConsumerHandlers,
  kinds: readonly TickKind[] | undefined,
): HandlerTable {
  requireHandlers(handlers, kinds);
  const isBatching = handlers.batch !== undefined;
  const byKind = new Array<TickHandler | undefined>(KINDS).fill(handlers.other);
  for (const [name, kind] of Object.entries(KIND_OF)) {
    const handler = handlers[name as keyof typeof KIND_OF];
    if (handler !== undefined) byKind[kind] = handler;
  }
  const wanted = new Uint8Array(KINDS);
  for (let kind = 0; kind < KINDS; kind++) {
    const isAsked = kinds?.some((asked) => asked === kind) ?? true;
    if (!isAsked) byKind[kind] = undefined;
    wanted[kind] = isAsked && (isBatching || byKind[kind] !== undefined) ? 1 : 0;
  }
  return { byKind, wanted, isBatching };
}

/** Whether the handlers take ticks, one by one or in batches. */
export function hasTickHandlers(handlers: ConsumerHandlers = {}): boolean {
  const names = Object.keys(handlers) as (keyof ConsumerHandlers)[];
  return names.some((name) => !ASIDE.has(name) && handlers[name] !== undefined);
}

/** Name of the handler of a kind, for errors. */
export function handlerName(handlers: ConsumerHandlers, kind: number): string {
  const found = Object.entries(KIND_OF).find(([, value]) => value === kind)?.[0];
  const isOwn = found !== undefined && handlers[found as keyof typeof KIND_OF] !== undefined;
  return isOwn ? found : `other (${tickKindName(kind)})`;
}

function requireHandlers(handlers: ConsumerHandlers, kinds: readonly TickKind[] | undefined): void {
  const given = Object.entries(handlers).filter(([, handler]) => handler !== undefined);
  for (const [name, handler] of given) {
    if (!NAMES.has(name)) {
      throw new ConsumerError('BAD_OPTION', `handlers: there is no ${name}`, {
        hint: `Use ${[...NAMES].join(', ')}`,
      });
    }
    if (typeof handler !== 'function') {
      throw new ConsumerError('BAD_OPTION', `handlers.${name} is not a function`);
    }
  }
  const tickNames = given.map(([name]) => name).filter((name) => name in KIND_OF);
  const hasKinds = tickNames.length > 0 || handlers.other !== undefined;
  if (handlers.batch !== undefined && hasKinds) {
    throw new ConsumerError(
      'BAD_OPTION',
      'handlers: batch and handlers of ticks exclude each other',
      {
        hint: 'Use one of the two, or two consumers',
      },
    );
  }
  if (handlers.batch === undefined && !hasKinds) {
    throw new ConsumerError('BAD_OPTION', 'handlers: nothing would ever be delivered', {
      hint: 'Give a handler of a kind, other, or batch',
    });
  }
  if (kinds?.length === 0) throw new ConsumerError('BAD_OPTION', 'kinds: the list is empty');
}
