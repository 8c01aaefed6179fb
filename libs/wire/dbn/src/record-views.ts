import { RECORD_CLASSES } from './generated/records.ts';
import type { DbnRecord } from './generated/records.ts';
import type { RecordLayout } from './layouts/index.ts';
import type { RecordPlace } from './record-json.ts';

/**
 * One window for each kind of record, for whoever takes all kinds as they come:
 *
 *   const record = views.at(decoder);
 *   if (record instanceof TradeRecord) onTrade(record.price, record.size);
 *
 * A loop that knows which kinds it wants is faster with windows of its own.
 */
export class RecordViews {
  readonly #views: ReadonlyMap<RecordLayout, DbnRecord>;

  constructor() {
    const views = RECORD_CLASSES.map((Class): DbnRecord => new Class());
    this.#views = new Map(views.map((view) => [view.layout, view]));
  }

  /**
   * Moves the window of a record's kind to it, for example to the one on which a decoder stands.
   * The next record of that kind moves the same window.
   */
  at({ layout, view, offset }: RecordPlace): DbnRecord {
    return this.#views.get(layout)!.wrap(view, offset);
  }
}
