// Requests over the bus that the packet thread answers: `control.<service>.status`, `.snapshot`.
import type { ControlRefusal, ControlRequest, ControlVerb } from '@tickwire/io-bus';
import type { ChannelThread } from '../worker/channel-thread.ts';

const BUSY: ControlRefusal = {
  code: 'BUSY',
  message: 'the packet thread does not answer, or too many wait for it',
  hint: 'ask again in a second',
};
const STOPPING: ControlRefusal = {
  code: 'STOPPING',
  message: 'the gateway stops',
  hint: 'ask again when it is back',
};

export interface ThreadVerbsParts {
  /** `undefined` while there is none yet. */
  readonly thread: () => Pick<ChannelThread, 'status' | 'snapshot'> | undefined;
  /** Recovery feeds that are joined, for the status. */
  readonly joined: () => readonly string[];
}

/** Each request is answered once: by the thread, or with `BUSY` or `STOPPING`. */
export class ThreadVerbs {
  readonly table: Readonly<Record<'status' | 'snapshot', ControlVerb>>;
  readonly #open = new Set<ControlRequest>();

  constructor({ thread, joined }: ThreadVerbsParts) {
    this.table = {
      status: (request) =>
        this.#forward(request, thread()?.status(), (channels) =>
          request.answer({ channels, joined: joined() }),
        ),
      snapshot: (request) =>
        this.#forward(request, thread()?.snapshot(request.body), (reply) => {
          if ('answer' in reply) request.answer(reply.answer);
          else request.refuse(reply.reason, reply.refusal);
        }),
    };
  }

  /** Who waits is told; nothing is forwarded any more. */
  stop(): void {
    for (const request of this.#open) request.refuse('stopping', STOPPING);
    this.#open.clear();
  }

  #forward<T>(
    request: ControlRequest,
    asked: Promise<T | undefined> | undefined,
    answer: (value: T) => void,
  ): void {
    this.#open.add(request);
    void Promise.resolve(asked).then((value) => {
      if (!this.#open.delete(request)) return;
      if (value === undefined) request.refuse('refused', BUSY);
      else answer(value);
    });
  }
}
