/**
 * Answers `control.<service>.<verb>`: requests with a JSON body, answers with a JSON object that
 * has `ok`. A table of verbs; everything else about a request is looked at here, so that a verb
 * sees a parsed body only: rate, size, JSON, known verb. Whatever comes, the service goes on.
 */
import { escapeName } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';
import type { Bus, BusMessage, BusSubscription } from './bus.ts';
import { ControlAccount } from './control-account.ts';
import type { ControlDropReason } from './control-account.ts';

export interface ControlLimits {
  /** Bytes of a request. */
  readonly requestBytesMax: number;
  /** Requests that are looked at in a second; more are dropped without an answer. */
  readonly requestsPerSecMax: number;
  /** Of these, at once. */
  readonly requestsBurstMax: number;
}

export const CONTROL_LIMITS: Readonly<ControlLimits> = {
  requestBytesMax: 65_536,
  requestsPerSecMax: 200,
  requestsBurstMax: 400,
};

/** What a refused request is told: a stable code, a sentence, and what to do. */
export interface ControlRefusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** The field of the request that it is about. */
  readonly field?: string;
}

/** One request. Settle it once, now or later; a second time does nothing. */
export interface ControlRequest {
  readonly verb: string;
  /** The body as JSON gives it: nothing about it is checked. */
  readonly body: unknown;
  /** Sends `{"ok":true, …answer}`. */
  answer(answer: Readonly<Record<string, unknown>>): void;
  /** Sends `{"ok":false, …refusal}`. `malformed`: the body is not what the verb expects. */
  refuse(reason: 'malformed' | 'refused' | 'stopping', refusal: ControlRefusal): void;
}

export type ControlVerb = (request: ControlRequest) => void;

export interface ControlOptions {
  readonly bus: Bus;
  /** As in the subject: `gateway-kucoin`. */
  readonly service: string;
  readonly verbs: Readonly<Record<string, ControlVerb>>;
  readonly stats: CounterTable;
  readonly monotonicNs: () => number;
  readonly limits?: Partial<ControlLimits>;
  /** A verb threw: an error of ours. */
  readonly onFailure?: (verb: string, error: unknown) => void;
}

/** Starts to listen; before the bus is connected too. */
export function answerControl(options: ControlOptions): BusSubscription {
  const responder = new Responder(options);
  const subject = `control.${escapeName(options.service)}.*`;
  return options.bus.subscribe(subject, (message) => responder.take(message));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

class Responder {
  readonly #options: ControlOptions;
  readonly #limits: ControlLimits;
  readonly #verbs: ReadonlyMap<string, ControlVerb>;
  readonly #account: ControlAccount;
  #tokens: number;
  #lastNs: number;

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#limits = { ...CONTROL_LIMITS, ...options.limits };
    this.#verbs = new Map(Object.entries(options.verbs));
    this.#account = new ControlAccount(options.stats);
    this.#tokens = this.#limits.requestsBurstMax;
    this.#lastNs = options.monotonicNs();
  }

  take(message: BusMessage): void {
    this.#account.take();
    if (!this.#hasTurn()) return this.#account.drop('flood');
    if (message.reply === undefined) return this.#account.drop('no-reply');
    const verb = message.subject.slice(message.subject.lastIndexOf('.') + 1);
    const { requestBytesMax } = this.#limits;
    if (message.data.length > requestBytesMax) {
      return this.#refuse(message, 'oversize', {
        code: 'OVERSIZE',
        message: `the request has ${message.data.length} bytes, at most ${requestBytesMax} may be`,
        hint: 'ask for less, in several requests',
      });
    }
    const run = this.#verbs.get(verb);
    if (run === undefined) {
      return this.#refuse(message, 'unknown-verb', {
        code: 'UNKNOWN_VERB',
        message: `${this.#options.service} has no verb ${JSON.stringify(verb.slice(0, 80))}`,
        hint: `it has: ${[...this.#verbs.keys()].join(', ')}`,
      });
    }
    const body = parse(message.data);
    if (body === undefined) {
      return this.#refuse(message, 'malformed', {
        code: 'MALFORMED',
        message: 'the request is not JSON in UTF-8',
        hint: 'send one JSON object',
      });
    }
    this.#run(message, { verb, run, body: body.value });
  }

  #run(
    message: BusMessage,
    { verb, run, body }: { verb: string; run: ControlVerb; body: unknown },
  ): void {
    let settled = false;
    const settle = (send: () => void): void => {
      if (settled) return;
      settled = true;
      send();
    };
    try {
      run({
        verb,
        body,
        answer: (answer) => settle(() => this.#answer(message, answer)),
        refuse: (reason, refusal) => settle(() => this.#refuse(message, reason, refusal)),
      });
    } catch (error) {
      this.#options.onFailure?.(verb, error);
      settle(() =>
        this.#refuse(message, 'failed', {
          code: 'FAILED',
          message: `${verb} failed`,
          hint: 'look into the log of the service',
        }),
      );
    }
  }

  #answer(message: BusMessage, answer: Readonly<Record<string, unknown>>): void {
    if (send(message, { ok: true, ...answer })) this.#account.answered();
    else this.#account.drop('unsent');
  }

  #refuse(message: BusMessage, reason: ControlDropReason, refusal: ControlRefusal): void {
    send(message, { ok: false, ...refusal });
    this.#account.drop(reason);
  }

  /** A bucket of requests that fills up by time. */
  #hasTurn(): boolean {
    const nowNs = this.#options.monotonicNs();
    const { requestsPerSecMax, requestsBurstMax } = this.#limits;
    const earned = ((nowNs - this.#lastNs) / 1e9) * requestsPerSecMax;
    this.#lastNs = nowNs;
    this.#tokens = Math.min(requestsBurstMax, this.#tokens + earned);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

function send(message: BusMessage, answer: object): boolean {
  try {
    message.respond(JSON.stringify(answer));
    return true;
  } catch {
    return false; // the connection is closed: whoever asked notices by its own deadline
  }
}

function parse(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(utf8.decode(bytes)) };
  } catch {
    return undefined;
  }
}
