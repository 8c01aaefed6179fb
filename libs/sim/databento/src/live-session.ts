/**
 * One client's side of the live protocol, bytes in and actions out: greeting, challenge,
 * authentication, subscriptions, the start of the session. It knows no socket and no clock.
 *
 *   greeting ─▶ auth ─▶ success=1 ─▶ subscriptions ─▶ start_session ─▶ records ∥ subscriptions
 *
 * @see https://databento.com/docs/api-reference-live
 */
import { challengeAnswer } from './cram.ts';
import { LineReader, controlFields, controlLine } from './control-line.ts';
import type { ControlFields } from './control-line.ts';
import { BadSubscription, isSame, joined, shown, subscriptionLine } from './subscription.ts';
import type { Subscription } from './subscription.ts';

/** 500 symbols of 70 characters, and what stands around them. */
export const LINE_BYTES_MAX = 64 * 1024;
/** Of one subscription over all its lines. */
const SUBSCRIPTION_SYMBOLS_MAX = 200_000;
const HEARTBEAT_S_DEFAULT = 30;
const HEARTBEAT_S_MIN = 5;
const HEARTBEAT_S_MAX = 1_800;

export type SlowReaderBehavior = 'warn' | 'skip';

/** What a client has chosen with its authentication. */
export interface SessionChoices {
  readonly tsOut: boolean;
  readonly compression: 'none' | 'zstd';
  readonly heartbeatIntervalMs: number;
  /** None: by schema. */
  readonly slowReaderBehavior: SlowReaderBehavior | undefined;
  /** As the client calls itself. */
  readonly client: string;
}

export type RefusalReason =
  | 'auth'
  | 'dataset'
  | 'line-too-long'
  | 'bad-line'
  | 'subscription'
  | 'connection-limit'
  | 'connection-rate';

export type SessionAction =
  /** Text to the client, as it is. */
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'authenticated'; readonly choices: SessionChoices }
  | { readonly do: 'subscribe'; readonly subscription: Subscription }
  | { readonly do: 'start' }
  /** Tell it, as text before authentication and as an error record after it, then close. */
  | { readonly do: 'refuse'; readonly reason: RefusalReason; readonly detail: string };

export interface LiveSessionOptions {
  readonly dataset: string;
  /** Keys that are let in. */
  readonly keys: readonly string[];
  /** Text that this client has to hash; another for each. */
  readonly challenge: string;
  readonly sessionId: string;
  readonly gatewayVersion: string;
  /** A fault: the key is refused however right it is. */
  readonly isRefused: boolean;
  /** Sessions at a time when there is no room for this one; asked once the key is right. */
  readonly limitReached?: () => number | undefined;
}

type State = 'auth' | 'subscribing' | 'streaming' | 'over';

export class LiveSession {
  readonly #options: LiveSessionOptions;
  readonly #lines = new LineReader(LINE_BYTES_MAX);
  #state: State = 'auth';
  #unfinished: Subscription | undefined;

  constructor(options: LiveSessionOptions) {
    this.#options = options;
  }

  /** What the gateway says first. */
  get greeting(): string {
    const { gatewayVersion, challenge } = this.#options;
    return `${controlLine({ lsg_version: gatewayVersion })}${controlLine({ cram: challenge })}`;
  }

  get state(): State {
    return this.#state;
  }

  /** Takes what came, in pieces of any size; after a refusal nothing more is heard. */
  receive(bytes: Uint8Array): SessionAction[] {
    if (this.#state === 'over') return [];
    const lines = this.#lines.push(bytes);
    if (lines === undefined) {
      return [this.#refuse('line-too-long', `a line has more than ${LINE_BYTES_MAX} bytes`)];
    }
    const actions: SessionAction[] = [];
    for (const line of lines) {
      actions.push(...this.#line(line));
      if (this.state === 'over') break;
    }
    return actions;
  }

  #line(line: string): SessionAction[] {
    const fields = controlFields(line);
    if (this.#state === 'auth') return this.#authenticate(fields);
    if (fields.has('start_session')) return this.#start();
    if (fields.has('schema')) return this.#subscribe(fields);
    return [this.#refuse('bad-line', `${shown(line)} is neither a subscription nor a start`)];
  }

  #authenticate(fields: ControlFields): SessionAction[] {
    const { keys, challenge, dataset, sessionId, isRefused } = this.#options;
    const auth = fields.get('auth');
    if (auth === undefined) return [this.#refuse('bad-line', 'auth is missing')];
    const isKnown = keys.some((key) => challengeAnswer(challenge, { key }) === auth);
    if (!isKnown || isRefused) return [this.#refuse('auth', 'Authentication failed.')];
    if (fields.get('dataset') !== dataset) {
      const wanted = shown(fields.get('dataset') ?? '');
      return [this.#refuse('dataset', `Unknown dataset ${wanted}; here is ${dataset}.`)];
    }
    const limit = this.#options.limitReached?.();
    if (limit !== undefined) {
      const detail = `User has reached their open connection limit of ${limit}.`;
      return [this.#refuse('connection-limit', detail)];
    }
    const choices = sessionChoices(fields);
    if (typeof choices === 'string') return [this.#refuse('bad-line', choices)];
    this.#state = 'subscribing';
    return [
      { do: 'say', text: controlLine({ success: 1, session_id: sessionId }) },
      { do: 'authenticated', choices },
    ];
  }

  #subscribe(fields: ControlFields): SessionAction[] {
    try {
      const { subscription, isLast } = subscriptionLine(fields);
      if (this.#state === 'streaming' && subscription.startNs !== undefined) {
        throw new BadSubscription('start can only be asked for before the session starts');
      }
      const whole = this.#withUnfinished(subscription);
      this.#unfinished = isLast ? undefined : whole;
      return isLast ? [{ do: 'subscribe', subscription: whole }] : [];
    } catch (error) {
      if (!(error instanceof BadSubscription)) throw error;
      return [this.#refuse('subscription', error.message)];
    }
  }

  #withUnfinished(subscription: Subscription): Subscription {
    const first = this.#unfinished;
    if (first === undefined) return subscription;
    if (!isSame(first, subscription)) {
      throw new BadSubscription('the subscription before it has no line with is_last=1');
    }
    if (first.symbols.length + subscription.symbols.length > SUBSCRIPTION_SYMBOLS_MAX) {
      throw new BadSubscription(`more than ${SUBSCRIPTION_SYMBOLS_MAX} symbols`);
    }
    return joined(first, subscription);
  }

  #start(): SessionAction[] {
    if (this.#state === 'streaming') {
      return [this.#refuse('bad-line', 'the session has already started')];
    }
    if (this.#unfinished !== undefined) {
      return [this.#refuse('subscription', 'the last subscription has no line with is_last=1')];
    }
    this.#state = 'streaming';
    return [{ do: 'start' }];
  }

  #refuse(reason: RefusalReason, detail: string): SessionAction {
    this.#state = 'over';
    return { do: 'refuse', reason, detail };
  }
}

/** What refuses a client before it is authenticated. */
export function refusalLine(detail: string): string {
  return controlLine({ success: 0, error: detail.replaceAll('|', '/') });
}

/** The choices, or what is wrong with them. */
function sessionChoices(fields: ControlFields): SessionChoices | string {
  const encoding = fields.get('encoding') ?? 'dbn';
  if (encoding !== 'dbn') return `encoding: ${shown(encoding)} is not known; use dbn`;
  const compression = fields.get('compression') ?? 'none';
  if (compression !== 'none' && compression !== 'zstd') {
    return `compression: ${shown(compression)} is not known; use none or zstd`;
  }
  const tsOut = fields.get('ts_out') ?? '0';
  if (tsOut !== '0' && tsOut !== '1') return 'ts_out: expected 0 or 1';
  const slow = fields.get('slow_reader_behavior');
  if (slow !== undefined && slow !== 'warn' && slow !== 'skip') {
    return `slow_reader_behavior: ${shown(slow)} is not known; use warn or skip`;
  }
  const heartbeatS = Number(fields.get('heartbeat_interval_s') ?? HEARTBEAT_S_DEFAULT);
  const isWhole = Number.isInteger(heartbeatS);
  if (!isWhole || heartbeatS < HEARTBEAT_S_MIN || heartbeatS > HEARTBEAT_S_MAX) {
    return `heartbeat_interval_s: expected ${HEARTBEAT_S_MIN} to ${HEARTBEAT_S_MAX}`;
  }
  const heartbeatIntervalMs = heartbeatS * 1_000;
  const client = fields.get('client') ?? '';
  const isOut = tsOut === '1';
  return { tsOut: isOut, compression, heartbeatIntervalMs, slowReaderBehavior: slow, client };
}
