/**
 * The lines with which a session with the live gateway begins:
 *
 *   server   lsg_version=0.6.4
 *   server   cram=<challenge>
 *   client   auth=<sha256 of "challenge|key">-<end of the key>|dataset=…|encoding=dbn|…
 *   server   success=1|session_id=5
 *   client   schema=…|stype_in=…|symbols=A,B|snapshot=0|is_last=1          (any number)
 *   client   start_session
 *   server   DBN: metadata, then records
 *
 * @see https://databento.com/docs/api-reference-live/gateway-control-messages
 */
import { SCHEMA_NAMES, STYPE_NAMES } from '@tickwire/wire-dbn';
import type { STypeName, SchemaName } from '@tickwire/wire-dbn';
import { DatabentoError } from './errors.ts';

/** Symbols in one line, by the vendor's limit. */
export const SYMBOLS_PER_LINE = 500;
/** Characters of a key that are sent as they are, for the server to find the key by. */
const BUCKET_CHARACTERS = 5;
const KEY_CHARACTERS = 32;
const SHOWN_CHARACTERS = 200;
const HEARTBEAT_MIN_S = 5;
const HEARTBEAT_MAX_S = 1800;

export const START_SESSION = 'start_session\n';

/** Lower-case hex of the SHA-256 of a text in UTF-8. */
export type Sha256Hex = (text: string) => string;

/** What one subscription asks for. Several may go into a session. */
export interface Subscription {
  readonly schema: SchemaName;
  readonly stypeIn: STypeName;
  /** `ALL_SYMBOLS` alone for all of a dataset. */
  readonly symbols: readonly string[];
  /** First the book as it is, then its changes. Of `mbo` only, and not together with `start`. */
  readonly hasSnapshot?: boolean;
  /**
   * From when on, in each session: `resume` from the last good time, `all` that the server has,
   * `now` and never a replay. Default `resume`.
   */
  readonly from?: 'resume' | 'all' | 'now';
}

export interface AuthOptions {
  readonly dataset: string;
  readonly apiKey: string;
  readonly compression: 'none' | 'zstd';
  readonly hasTsOut: boolean;
  /** Seconds of silence after which the server sends a heartbeat, 5 … 1800. */
  readonly heartbeatIntervalS: number;
  /** What the server does when this end reads too slowly; its own default when absent. */
  readonly slowReaderBehavior?: 'warn' | 'skip';
  /** Name of this client for the vendor's log. */
  readonly client: string;
}

/** Refuses what could not be sent as it is, before anything is dialed. @throws DatabentoError */
export function checkAuthOptions(options: AuthOptions): void {
  const { apiKey, heartbeatIntervalS } = options;
  if (apiKey.length !== KEY_CHARACTERS) {
    // The key itself is never shown.
    const detail = `${apiKey.length} characters, and a key has ${KEY_CHARACTERS}`;
    throw new DatabentoError('BAD_OPTION', { field: 'apiKey', detail });
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw badOption('apiKey', 'characters that no key has');
  checkText('dataset', options.dataset);
  checkText('client', options.client);
  const isWhole = Number.isInteger(heartbeatIntervalS);
  if (isWhole && heartbeatIntervalS >= HEARTBEAT_MIN_S && heartbeatIntervalS <= HEARTBEAT_MAX_S) {
    return;
  }
  const range = `${HEARTBEAT_MIN_S} … ${HEARTBEAT_MAX_S}`;
  throw badOption('heartbeatIntervalS', `${heartbeatIntervalS} is no whole number of ${range}`);
}

/** @throws DatabentoError `BAD_OPTION`. */
export function checkSubscription(subscription: Subscription): void {
  const { schema, stypeIn, symbols, hasSnapshot } = subscription;
  if (!SCHEMA_NAMES.includes(schema)) throw badOption('schema', `${shown(schema)} is no schema`);
  if (!STYPE_NAMES.includes(stypeIn)) throw badOption('stypeIn', `${shown(stypeIn)} is no stype`);
  if (symbols.length === 0) throw badOption('symbols', 'none was given');
  for (const symbol of symbols) {
    checkText('symbols', symbol);
    if (symbol.includes(',')) throw badOption('symbols', `${shown(symbol)} has a comma`);
  }
  if (hasSnapshot === true && schema !== 'mbo') {
    throw badOption('hasSnapshot', `only mbo has snapshots, not ${schema}`);
  }
}

/** Host and port of a dataset's gateway. Connect to the name: its addresses change. */
export function gatewayUrl(dataset: string): string {
  return `tcp://${dataset.toLowerCase().replaceAll('.', '-')}.lsg.databento.com:13000`;
}

/** The version that the server states. @throws DatabentoError `BAD_LINE`. */
export function readGreeting(line: string, offset: number): string {
  return fieldOf(line, 'lsg_version', offset);
}

/** The challenge. @throws DatabentoError `BAD_LINE`; `REFUSED` when the server says an error. */
export function readChallenge(line: string, offset: number): string {
  return fieldOf(line, 'cram', offset);
}

/** The number of the session. @throws DatabentoError `REFUSED`, `BAD_LINE`. */
export function readAuthAnswer(line: string, offset: number): string {
  const success = fieldsOf(line).get('success');
  if (success === '1') return fieldOf(line, 'session_id', offset);
  if (success === undefined) throw badLine('success', line, offset);
  throw refused(line, offset);
}

/** The answer to a challenge: what of the key crosses the wire are five characters and a hash. */
export function challengeAnswer(challenge: string, apiKey: string, sha256Hex: Sha256Hex): string {
  return `${sha256Hex(`${challenge}|${apiKey}`)}-${apiKey.slice(-BUCKET_CHARACTERS)}`;
}

export function authLine(answer: string, options: AuthOptions): string {
  const fields = [
    `auth=${answer}`,
    `dataset=${options.dataset}`,
    'encoding=dbn',
    `compression=${options.compression}`,
    `ts_out=${options.hasTsOut ? 1 : 0}`,
    `client=${options.client}`,
    `heartbeat_interval_s=${options.heartbeatIntervalS}`,
  ];
  const { slowReaderBehavior } = options;
  if (slowReaderBehavior !== undefined) fields.push(`slow_reader_behavior=${slowReaderBehavior}`);
  return `${fields.join('|')}\n`;
}

/**
 * The lines of one subscription, each within the limit of symbols; the last says that it is.
 * @param options.start - Replay from here on, ns since the Unix epoch; absent: from now.
 * @param options.id - The server names it in its answers, u32.
 */
export function subscriptionLines(
  subscription: Subscription,
  options: { start?: bigint | undefined; id: number },
): string[] {
  const { schema, stypeIn, symbols } = subscription;
  const { id } = options;
  const start = startOf(subscription, options.start);
  const hasSnapshot = subscription.hasSnapshot === true && start === undefined;
  const lines: string[] = [];
  for (let at = 0; at < symbols.length; at += SYMBOLS_PER_LINE) {
    const chunk = symbols.slice(at, at + SYMBOLS_PER_LINE);
    const isLast = at + SYMBOLS_PER_LINE >= symbols.length;
    const fields = [`schema=${schema}`, `stype_in=${stypeIn}`, `symbols=${chunk.join(',')}`];
    if (start !== undefined) fields.push(`start=${start}`);
    fields.push(`snapshot=${hasSnapshot ? 1 : 0}`, `id=${id}`, `is_last=${isLast ? 1 : 0}`);
    lines.push(`${fields.join('|')}\n`);
  }
  return lines;
}

function startOf({ from }: Subscription, resume: bigint | undefined): bigint | undefined {
  if (from === 'all') return 0n;
  return from === 'now' ? undefined : resume;
}

function fieldsOf(line: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of line.split('|')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at), part.slice(at + 1));
  }
  return fields;
}

function fieldOf(line: string, field: string, offset: number): string {
  const fields = fieldsOf(line);
  const value = fields.get(field);
  if (value !== undefined && value !== '') return value;
  if (fields.get('success') === '0') throw refused(line, offset);
  throw badLine(field, line, offset);
}

function refused(line: string, offset: number): DatabentoError {
  const said = fieldsOf(line).get('error') ?? 'no reason was given';
  const hint = 'check the key, and that it may use this dataset live';
  return new DatabentoError('REFUSED', { field: 'success', offset, detail: shown(said), hint });
}

function badLine(field: string, line: string, offset: number): DatabentoError {
  const detail = `not in the line ${shown(line)}`;
  const hint = 'check host and port: this is no live gateway';
  return new DatabentoError('BAD_LINE', { field, offset, detail, hint });
}

function badOption(field: string, detail: string): DatabentoError {
  return new DatabentoError('BAD_OPTION', { field, detail });
}

/** A text that would be read as something else: a line break or a bar would start a new field. */
function checkText(field: string, text: string): void {
  const isPlain = [...text].every((character) => character >= ' ' && character !== '|');
  if (text !== '' && isPlain) return;
  throw badOption(
    field,
    text === '' ? 'an empty text' : `${shown(text)} has characters of control`,
  );
}

const shown = (text: string): string => JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
