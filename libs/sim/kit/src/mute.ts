/**
 * A connection made mute (frozen or half open): what would have been sent is not, and this keeps
 * what that was, by topic whose messages carry sequences, for the fault log.
 */
import type { FaultLog } from './fault-log.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

interface Omission {
  first: number;
  last: number;
  messages: number;
}

export class Mute {
  readonly #fault: string;
  readonly #byTopic = new Map<number, Omission>();
  #others = 0;

  constructor(fault: string) {
    this.#fault = fault;
  }

  omit({ topicId, sequenceStart, sequenceEnd }: OutgoingMessage): void {
    if (sequenceEnd === 0) {
      this.#others += 1;
      return;
    }
    const known = this.#byTopic.get(topicId);
    if (known === undefined) {
      this.#byTopic.set(topicId, { first: sequenceStart, last: sequenceEnd, messages: 1 });
      return;
    }
    known.last = sequenceEnd;
    known.messages += 1;
  }

  /** Writes one entry for each sequenced topic that lost something, and one for the rest. */
  tell(
    log: FaultLog,
    at: { atMs: number; connection: number; name: (id: number) => string },
  ): void {
    const { atMs, connection } = at;
    for (const [topicId, { first, last, messages }] of this.#byTopic) {
      log.add({
        atMs,
        connection,
        fault: this.#fault,
        subject: at.name(topicId),
        instrument: at.name(topicId),
        sequenceStart: first,
        sequenceEnd: last,
        omitted: messages,
      });
    }
    log.add({ atMs, connection, fault: this.#fault, subject: 'others', omitted: this.#others });
  }
}
