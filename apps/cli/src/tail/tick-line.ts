/** One tick as one line for a person: time, symbol, kind, side, then what its kind says. */
import type { TickJson } from '@tickwire/wire-tick';
import type { Paint } from '../colour.ts';

/** Fields of `describeTick` that have their own column or matter to machines only. */
const COLUMNS: ReadonlySet<string> = new Set([
  'kind',
  'vendor',
  'venue',
  'symbol',
  'instrument',
  'tsEvent',
  'tsRecv',
  'sequence',
  'publishDeltaNs',
  'publisher',
  'side',
  'action',
  'flags',
  'conditions',
  'ringId',
  'position',
  'ring',
]);

/** `tick` as `describeTick` gives it, with `ring` and `position` added. */
export function tickLine(tick: TickJson, paint: Paint): string {
  const side = String(tick.side ?? '');
  const paintSide = side === 'bid' ? paint.good : side === 'ask' ? paint.bad : paint.dim;
  const details = Object.entries(tick)
    .filter(([name]) => !COLUMNS.has(name))
    .map(([name, value]) => `${paint.dim(`${name} `)}${String(value)}`);
  const flags = Array.isArray(tick.flags) ? tick.flags.join(' ') : '';
  return [
    paint.dim(clockTime(String(tick.tsRecv ?? '0'))),
    String(tick.symbol ?? tick.ring ?? '').padEnd(12),
    paint.accent(String(tick.kind).padEnd(10)),
    paintSide(side.padEnd(4)),
    ...details,
    paint.dim(flags),
  ]
    .join('  ')
    .trimEnd();
}

/** `12:34:56.789012` UTC of ns since the epoch. */
function clockTime(ns: string): string {
  const micros = BigInt(ns) / 1000n;
  const ms = Number(micros / 1000n);
  const rest = String(micros % 1000n).padStart(3, '0');
  return `${new Date(ms).toISOString().slice(11, 23)}${rest}`;
}
