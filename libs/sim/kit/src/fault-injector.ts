/**
 * What message faults do to the messages of one connection: drop, double, swap with the next of
 * its topic, cut short, or follow with garbage. Each fault done is told to the log.
 */
import type { FaultLog } from './fault-log.ts';
import type { MessageFault, MessageFaultRule } from './fault-plan.ts';
import type { FrameSlice, FrameWriter } from './frame-writer.ts';
import type { OutgoingMessage, Payload } from './outgoing-message.ts';
import type { Random } from './random.ts';

/** Takes a frame for the connection, with its kind and what it is the frame of. */
export type Append = (frame: FrameSlice, kind: number, payload: Payload) => void;

interface Held {
  readonly topicId: number;
  readonly kind: number;
  readonly instrument: string;
  readonly frame: FrameSlice;
  readonly payload: Payload;
  readonly sequenceStart: number;
  readonly sequenceEnd: number;
}

export interface FaultInjectorOptions {
  readonly rules: readonly MessageFaultRule[];
  /** Names of the kinds of topic, for the log. */
  readonly topics: readonly string[];
  /** The kind under which garbage is counted. */
  readonly garbageKind: number;
  readonly random: Random;
  readonly log: FaultLog;
  readonly connection: number;
  /** Where the faulty frames are written; never where the message itself lies. */
  readonly frames: FrameWriter;
  /** Something that no client can read. Default: text that is not JSON. */
  readonly garbage?: ((random: Random) => Payload) | undefined;
}

export class FaultInjector {
  readonly #options: FaultInjectorOptions;
  /** At most one message waits to be overtaken; meanwhile no other is held. */
  #held: Held | undefined;

  constructor(options: FaultInjectorOptions) {
    this.#options = options;
  }

  /** Passes a message on, with or without a fault. */
  pass(message: OutgoingMessage, append: Append): void {
    const fault = this.#draw(message.kind);
    const { payload } = message;
    if (fault === 'reorder' && this.#held === undefined) {
      this.#held = { ...message, frame: { ...message.frame }, payload: kept(payload) };
      return;
    }
    if (fault === 'drop') {
      this.#log(fault, message, { omitted: 1 });
    } else if (fault === 'truncate') {
      this.#write(payload.slice(0, Math.floor(payload.length / 2)), message.kind, append);
      this.#log(fault, message, { omitted: 1 });
    } else {
      append(message.frame, message.kind, payload);
    }
    if (fault === 'dup') {
      append(message.frame, message.kind, payload);
      this.#log(fault, message, {});
    } else if (fault === 'garbage') {
      const { random, garbage = notJson, garbageKind } = this.#options;
      this.#write(garbage(random), garbageKind, append);
      this.#log(fault, message, {});
    }
    if (this.#held?.topicId === message.topicId) this.#letGo(append, message.nowMs);
  }

  /** Sends what is held back; `topicId` limits it to one topic. */
  release(append: Append, topicId?: number): void {
    const held = this.#held;
    if (held === undefined || (topicId !== undefined && held.topicId !== topicId)) return;
    this.#held = undefined;
    append(held.frame, held.kind, held.payload);
  }

  #letGo(append: Append, nowMs: number): void {
    const held = this.#held;
    if (held === undefined) return;
    this.release(append);
    this.#log('reorder', { ...held, nowMs }, {});
  }

  #write(payload: Payload, kind: number, append: Append): void {
    append(this.#options.frames.write(payload), kind, payload);
  }

  #draw(kind: number): MessageFault | undefined {
    const { rules, random } = this.#options;
    let drawn: MessageFault | undefined;
    for (const rule of rules) {
      if (rule.topicKind === kind && random.chance(rule.probability)) drawn ??= rule.fault;
    }
    return drawn;
  }

  #log(
    fault: MessageFault,
    at: Pick<OutgoingMessage, 'kind' | 'instrument' | 'sequenceStart' | 'sequenceEnd' | 'nowMs'>,
    more: { omitted?: number },
  ): void {
    const { log, connection, topics } = this.#options;
    const { instrument, sequenceStart, sequenceEnd, nowMs } = at;
    const subject = topics[at.kind] ?? '';
    const sequences = sequenceEnd > 0 ? { sequenceStart, sequenceEnd } : {};
    log.add({ atMs: nowMs, connection, fault, subject, instrument, ...sequences, ...more });
  }
}

function kept(payload: Payload): Payload {
  return typeof payload === 'string' ? payload : payload.slice();
}

function notJson(random: Random): string {
  let text = '}{"topic":';
  const length = 1 + random.below(60);
  for (let i = 0; i < length; i += 1) text += String.fromCharCode(32 + random.below(95));
  return text;
}
