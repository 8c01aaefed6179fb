import { HOSTILE_KINDS } from './vendor-description.ts';
import type { VendorDescription } from './vendor-description.ts';

const SYMBOLS_MIN = 3;

type Fields = Record<string, unknown>;

/** What has to be there, by form. A description that is built at run time is checked as well. */
const TEXTS = ['vendor', 'service', 'ringName', 'ledger', 'wireHop', 'parseHop'] as const;
const LISTS = ['symbols', 'manySymbols', 'channels', 'hops', 'hostile'] as const;
const TIMES = ['staleMsMax', 'drainMsMax'] as const;
const LIMITS = [
  'topicsPerMessage',
  'topicsPerConnection',
  'connections',
  'messages',
  'connects',
] as const;
const FAULTS: Readonly<Record<string, readonly string[]>> = {
  gaps: ['gap'],
  mixed: ['accounting'],
  reset: ['reconnect'],
  refuse: ['reconnect'],
  halfOpen: ['half-open'],
  silent: ['stale'],
};

/**
 * What a description lacks, a sentence each; none when it is complete.
 *
 * @param tests - Ids of all tests: a reason for one that does not exist is a mistake.
 */
export function descriptionMistakes(
  description: VendorDescription,
  tests: readonly string[],
): string[] {
  const fields: Fields = { ...description };
  const name = typeof fields['vendor'] === 'string' ? fields['vendor'] : '?';
  const said = description.notApplicable ?? {};
  const sentences = [
    ...TEXTS.filter((key) => typeof fields[key] !== 'string' || fields[key] === '').map(
      (key) => `has no ${key}: a text is needed`,
    ),
    ...LISTS.filter((key) => !Array.isArray(fields[key]) || fields[key].length === 0).map(
      (key) => `has no ${key}: a list with at least one element is needed`,
    ),
    ...TIMES.filter((key) => !isTime(fields[key])).map((key) => `has no ${key}: ms are needed`),
    ...['startSimulator', 'gateway']
      .filter((key) => typeof fields[key] !== 'function')
      .map((key) => `has no ${key}: a function is needed`),
    ...missingLimits(description),
    ...missingHeartbeat(description, said),
    ...missingFaults(description, said),
    ...missingHostile(description, said),
    ...tooFewSymbols(description),
    ...unknownReasons(said, tests),
  ];
  return sentences.map((sentence) => `The description of ${name} ${sentence}.`);
}

const isTime = (value: unknown): boolean => typeof value === 'number' && value > 0;

function missingLimits({ limits }: VendorDescription): string[] {
  const given: Fields = { ...limits };
  return LIMITS.filter((key) => given[key] === undefined).map(
    (key) => `has no limits.${key}: say what the vendor documents, or 'undocumented'`,
  );
}

function missingHeartbeat(
  { heartbeat }: VendorDescription,
  said: Readonly<Record<string, string>>,
): string[] {
  if ('heartbeat' in said && 'half-open' in said) return [];
  const { intervalMs, noticeMsMax } = heartbeat ?? {};
  return isTime(intervalMs) && isTime(noticeMsMax)
    ? []
    : ['has no heartbeat: give intervalMs and noticeMsMax, or say in notApplicable why not'];
}

function missingFaults(
  { faults }: VendorDescription,
  said: Readonly<Record<string, string>>,
): string[] {
  const given: Fields = { ...faults };
  return Object.entries(FAULTS)
    .filter(([key, needs]) => !given[key] && !needs.every((id) => id in said))
    .map(([key, needs]) => {
      const test = needs.join(' and ');
      return `has no faults.${key}: the test "${test}" needs it, or a reason in notApplicable`;
    });
}

function missingHostile(
  { hostile }: VendorDescription,
  said: Readonly<Record<string, string>>,
): string[] {
  const kinds = new Set((hostile ?? []).map(({ kind }) => kind));
  return HOSTILE_KINDS.filter((kind) => !kinds.has(kind) && !(`hostile/${kind}` in said)).map(
    (kind) =>
      `has no hostile message of the kind "${kind}": give one, or a reason in notApplicable ` +
      `as "hostile/${kind}"`,
  );
}

function tooFewSymbols({ symbols, manySymbols, limits, channels }: VendorDescription): string[] {
  const found: string[] = [];
  if ((symbols ?? []).length < SYMBOLS_MIN) found.push(`names fewer than ${SYMBOLS_MIN} symbols`);
  const most = limits?.topicsPerMessage;
  const topics = (manySymbols ?? []).length * (channels ?? []).length;
  if (typeof most === 'number' && topics <= most) {
    found.push(`names too few manySymbols: all of them fit one message of ${most} topics`);
  }
  return found;
}

function unknownReasons(
  said: Readonly<Record<string, string>>,
  tests: readonly string[],
): string[] {
  const known = new Set([...tests, ...HOSTILE_KINDS.map((kind) => `hostile/${kind}`)]);
  return Object.entries(said).flatMap(([id, reason]) => [
    ...(known.has(id) ? [] : [`gives a reason for "${id}", which is no test`]),
    ...(reason.trim() === '' ? [`says that "${id}" does not apply, and not why`] : []),
  ]);
}
