/**
 * The history, with its database loaded when it is first asked for: most of the memory of this
 * process would be for a question that nobody has asked.
 */
import type { TickJson } from '@tickwire/wire-tick';
import type { BarMessage } from '../bar-message.ts';
import type { BarQuery, TickQuery } from './history-query.ts';
import type { HistoryPage, HistoryReader, HistoryReaderOptions } from './history-reader.ts';

export class History {
  readonly #options: HistoryReaderOptions;
  #reader: Promise<HistoryReader> | undefined;

  constructor(options: HistoryReaderOptions) {
    this.#options = options;
  }

  async ticks(query: TickQuery, signal: AbortSignal): Promise<HistoryPage<TickJson>> {
    return (await this.#open()).ticks(query, signal);
  }

  async bars(query: BarQuery, signal: AbortSignal): Promise<HistoryPage<BarMessage>> {
    return (await this.#open()).bars(query, signal);
  }

  async close(): Promise<void> {
    await (await this.#reader)?.close();
  }

  #open(): Promise<HistoryReader> {
    this.#reader ??= import('./history-reader.ts').then(
      ({ HistoryReader: Reader }) => new Reader(this.#options),
    );
    return this.#reader;
  }
}
