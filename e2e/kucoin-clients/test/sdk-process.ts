/** The process with kucoin-universal-sdk, and what came from it. */
import { startProcess } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { BookRecord } from './book-record.ts';
import type { BookImage } from './book-record.ts';
import { SYMBOLS } from './simulator-process.ts';

export interface Push {
  readonly kind: 'push';
  readonly topic: string;
  readonly subject: string;
  readonly data: Record<string, unknown>;
}

export type SdkMessage =
  | Push
  | { readonly kind: 'event'; readonly event: string }
  | { readonly kind: 'answer'; readonly request: string; value: unknown; error?: string }
  | { readonly kind: 'book'; readonly image: BookImage; time: number; holes: number }
  | { readonly kind: 'done' };

export class SdkProcess {
  readonly books = new BookRecord();
  /** Sequence of each symbol's book by venue time, ms, in order. */
  readonly sequences = new Map<string, { time: number; sequence: number }[]>();
  readonly holes = new Map<string, number>();
  readonly pushes: Push[] = [];
  readonly events: string[] = [];
  readonly answers = new Map<string, { value: unknown; error?: string }>();
  readonly process: TestProcess;
  done = 0;

  constructor(url: string, mode: 'rest' | 'books' | 'topics') {
    this.process = startProcess({
      script: 'e2e/kucoin-clients/test-processes/sdk-client.ts',
      args: [url, mode, SYMBOLS.join(',')],
    });
    this.process.child.on('message', (message) => this.#take(message as SdkMessage));
  }

  #take(message: SdkMessage): void {
    if (message.kind === 'push') this.pushes.push(message);
    else if (message.kind === 'event') this.events.push(message.event);
    else if (message.kind === 'answer') this.answers.set(message.request, message);
    else if (message.kind === 'done') this.done += 1;
    else this.#book(message);
  }

  #book({ image, time, holes }: SdkMessage & { kind: 'book' }): void {
    this.books.add(image);
    this.holes.set(image.symbol, holes);
    const sequences = this.sequences.get(image.symbol) ?? [];
    sequences.push({ time, sequence: image.sequence });
    this.sequences.set(image.symbol, sequences);
  }
}
