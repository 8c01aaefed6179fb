/**
 * What the fault kit does to the messages of one connection: drop, double, swap with the next of
 * its topic, cut short, or follow with garbage. Each fault done is told to the log.
 */
import type { OutgoingMessage } from './fan-out.ts';
import type { FaultLog } from './fault-log.ts';
import type { MessageFault, MessageFaultRule } from './faults.ts';
import type { Random } from './random.ts';
import { controlKind } from './sent-counts.ts';
import type { FrameArena, FrameSlice } from './text-frames.ts';
import { TOPIC_KIND_NAMES } from './topics.ts';

type Append = (frame: FrameSlice, kind: number) => void;

interface Held {
  readonly topicId: number;
  readonly kind: number;
  readonly frame: FrameSlice;
  readonly sequenceStart: number;
  readonly sequenceEnd: number;
}

export interface FaultInjectorOptions {
  readonly rules: readonly MessageFaultRule[];
  readonly random: Random;
  readonly log: FaultLog;
  readonly connection: number;
  /** Where the faulty texts are rendered; never the one the message itself lies in. */
  readonly arena: FrameArena;
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
    const { arena } = this.#options;
    if (fault === 'reorder' && this.#held === undefined) {
      const { topicId, kind, frame, sequenceStart, sequenceEnd } = message;
      this.#held = { topicId, kind, frame: { ...frame }, sequenceStart, sequenceEnd };
      return;
    }
    if (fault === 'drop') {
      this.#log(fault, message, { omitted: 1 });
    } else if (fault === 'truncate') {
      const cut = message.text.slice(0, Math.floor(message.text.length / 2));
      append(arena.write(cut), message.kind);
      this.#log(fault, message, { omitted: 1 });
    } else {
      append(message.frame, message.kind);
    }
    if (fault === 'dup') {
      append(message.frame, message.kind);
      this.#log(fault, message, {});
    } else if (fault === 'garbage') {
      append(arena.write(this.#garbage()), controlKind('garbage'));
      this.#log(fault, message, {});
    }
    if (this.#held?.topicId === message.topicId) this.#letGo(append, message.nowMs);
  }

  /** Sends what is held back; `topicId` limits it to one topic. */
  release(append: Append, topicId?: number): void {
    const held = this.#held;
    if (held === undefined || (topicId !== undefined && held.topicId !== topicId)) return;
    this.#held = undefined;
    append(held.frame, held.kind);
  }

  #letGo(append: Append, nowMs: number): void {
    const held = this.#held;
    if (held === undefined) return;
    this.release(append);
    this.#log('reorder', { ...held, nowMs }, {});
  }

  #draw(kind: number): MessageFault | undefined {
    const { rules, random } = this.#options;
    let drawn: MessageFault | undefined;
    for (const rule of rules) {
      if (rule.topicKind === kind && random.chance(rule.probability)) drawn ??= rule.fault;
    }
    return drawn;
  }

  #garbage(): string {
    const { random } = this.#options;
    let text = '}{"topic":';
    const length = 1 + random.below(60);
    for (let i = 0; i < length; i += 1) text += String.fromCharCode(32 + random.below(95));
    return text;
  }

  #log(
    fault: MessageFault,
    at: { kind: number; sequenceStart: number; sequenceEnd: number; nowMs: number },
    more: { omitted?: number },
  ): void {
    const { log, connection } = this.#options;
    const subject = TOPIC_KIND_NAMES[at.kind] ?? '';
    const { sequenceStart, sequenceEnd, nowMs } = at;
    const sequences = sequenceEnd > 0 ? { sequenceStart, sequenceEnd } : {};
    log.add({ atMs: nowMs, connection, fault, subject, ...sequences, ...more });
  }
}
